/** So many are remembered; what is forgotten is told twice. */
const REMEMBERED = 20_000;
/** The ledger tells a change soon after it was committed, or its position was lost. */
const REMEMBERED_MS = 10_000;
/** No path of a space: they have no `?`. */
const PREFIX = '?|';

/** A committed change of one row. */
export interface ToldChange {
  readonly tenantId: string;
  readonly entity: string;
  readonly rowId: string;
  readonly revision: number;
}

interface Row {
  readonly revision: number;
  /** By `performance.now()`. */
  readonly at: number;
}

/**
 * Changes of rows that whoever wrote them has told already, after they were committed. The ledger need not tell them
 * again, and drop what was made of the row since. They travel through the log of a store among the names of keys.
 */
export class Told {
  /** The one that was told last comes last. */
  readonly #told = new Map<string, Row>();

  note({ tenantId, entity, rowId, revision }: ToldChange): void {
    const name = nameOf(tenantId, entity, rowId);
    const known = this.#told.get(name)?.revision ?? 0;
    this.#told.delete(name);
    this.#told.set(name, { revision: Math.max(known, revision), at: performance.now() });
    const [oldest] = this.#told.keys();
    if (this.#told.size > REMEMBERED && oldest !== undefined) this.#told.delete(oldest);
  }

  forget(): void {
    this.#told.clear();
  }

  /**
   * Whether this update of the row, or a later one, was told: those of one row are committed in order. Without a revision
   * the row was made or removed: what was told of it before then says nothing of it any more.
   */
  covers(tenantId: string, entity: string, rowId: string, revision: number | null): boolean {
    const name = nameOf(tenantId, entity, rowId);
    const told = this.#told.get(name);
    if (told === undefined) return false;
    if (revision === null || performance.now() - told.at > REMEMBERED_MS) {
      this.#told.delete(name);
      return false;
    }
    return revision <= told.revision;
  }

  /** Takes what a log entry tells among its keys. */
  noteFrom(keys: readonly string[]): void {
    for (const key of keys) if (key.startsWith(PREFIX)) this.note(JSON.parse(key.slice(PREFIX.length)));
  }
}

/** The change as the name of a key that nobody can have. */
export function toldName(change: ToldChange): string {
  return PREFIX + JSON.stringify(change);
}

function nameOf(tenantId: string, entity: string, rowId: string): string {
  return JSON.stringify([tenantId, entity, rowId]);
}

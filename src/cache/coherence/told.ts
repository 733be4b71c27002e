/** So many are remembered; what is forgotten is told twice. */
const REMEMBERED = 20_000;
/** No path of a space: they have no `?`. */
const PREFIX = '?|';

/** A committed change of one row. */
export interface ToldChange {
  readonly tenantId: string;
  readonly entity: string;
  readonly rowId: string;
  readonly revision: number;
}

/**
 * Changes of rows that whoever wrote them has told already, after they were committed. The ledger need not tell them
 * again, and drop what was made of the row since. They travel through the log of a store among the names of keys.
 */
export class Told {
  readonly #revisions = new Map<string, number>();

  note({ tenantId, entity, rowId, revision }: ToldChange): void {
    const name = nameOf(tenantId, entity, rowId);
    const known = this.#revisions.get(name) ?? 0;
    this.#revisions.delete(name);
    this.#revisions.set(name, Math.max(known, revision));
    if (this.#revisions.size <= REMEMBERED) return;
    for (const oldest of this.#revisions.keys()) {
      this.#revisions.delete(oldest);
      return;
    }
  }

  forget(): void {
    this.#revisions.clear();
  }

  /** Whether this change of the row, or a later one, was told: changes of one row are committed in order. */
  covers(tenantId: string, entity: string, rowId: string, revision: number | null): boolean {
    return revision !== null && revision <= (this.#revisions.get(nameOf(tenantId, entity, rowId)) ?? 0);
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

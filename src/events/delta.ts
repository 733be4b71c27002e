import type { RelationalProvider, Row, SystemContext } from '../relational/index.js';

/** Rows of one entity in one tenant that changed. */
export interface ChangedRows {
  readonly tenantId: string;
  readonly entity: string;
  /**
   * Their ids as `ChangeEvent.rowId` has them; null when they are too many to name. Each with its latest revision, where
   * it was updated and neither made nor removed.
   */
  readonly rows: readonly (readonly [id: string, revision: number | null])[] | null;
}

/** What changed between a position that the caller keeps and now. */
export interface LedgerDelta {
  /** Of now: to be given the next time, within ten minutes. */
  readonly position: string;
  /** What changed since the position given cannot be told: anything may have. So it is without a position. */
  readonly lost: boolean;
  readonly changes: readonly ChangedRows[];
  /** Invalidations of caches that `keepInvalidation` kept since. */
  readonly invalidations: readonly KeptInvalidation[];
}

/** An invalidation of caches. */
export interface KeptInvalidation {
  /** The process that made it. */
  readonly origin: string;
  readonly keys: readonly string[];
  readonly marks: readonly string[];
}

const CONTEXT: SystemContext = { kind: 'system', reason: 'cache feed' };
/** With more changed rows of an entity in a tenant they are not named. */
const MOST_ROWS = 2000;

interface DeltaRow extends Row {
  readonly position: string;
  readonly lost: boolean;
  readonly changes: ChangedRows[] | null;
  readonly invalidations: KeptInvalidation[] | null;
}

/** For those who keep their place in the ledger beside what they made of it. Subscribers that need each event use a relay. */
export async function ledgerDelta(
  relational: RelationalProvider,
  position: string | undefined,
): Promise<LedgerDelta> {
  const { rows } = await relational.query<DeltaRow>(CONTEXT, {
    name: 'aq_ledger_delta',
    text: 'select * from aquifer.ledger_delta($1, $2)',
    values: [position ?? null, MOST_ROWS],
  });
  const [row] = rows as [DeltaRow];
  return {
    position: row.position,
    lost: row.lost,
    changes: row.changes ?? [],
    invalidations: row.invalidations ?? [],
  };
}

/** Keeps an invalidation that no store of caches tells, so that `ledgerDelta` tells it to all. */
export async function keepInvalidation(
  relational: RelationalProvider,
  { origin, keys, marks }: KeptInvalidation,
): Promise<void> {
  const text = 'select aquifer.keep_invalidation($1, $2, $3)';
  await relational.query(CONTEXT, { text, values: [origin, [...keys], [...marks]] });
}

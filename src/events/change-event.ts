import type { Row } from '../relational/index.js';

export type ChangeOperation = 'insert' | 'update' | 'delete' | 'restore' | 'purge';

/** One committed change of one row. */
export interface ChangeEvent {
  /** Unique and the same at every delivery: the idempotency key. Ascends with the changes of any one row. */
  readonly id: string;
  readonly tenantId: string;
  readonly entity: string;
  /** The key of the row without the tenant: a single column as text, several as a JSON array. */
  readonly rowId: string;
  /** `delete` is a soft delete where the entity has that trait; `purge` then is the final one. */
  readonly operation: ChangeOperation;
  /** Columns that differ; null unless the operation is an update of some kind. */
  readonly changed: readonly string[] | null;
  readonly revision: number | null;
  readonly actorId: string | null;
  /** When the statement ran, by the clock of the database. */
  readonly at: Date;
  /** The same for all changes of one transaction. */
  readonly transactionId: string;
}

/** A row of `aquifer.changes` as NEXT_CHANGES selects it. */
export type ChangeRow = Row & Omit<ChangeEvent, 'revision'> & { readonly revision: string | null };

export function toChangeEvent(row: ChangeRow): ChangeEvent {
  return { ...row, revision: row.revision === null ? null : Number(row.revision) };
}

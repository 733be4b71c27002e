import type { JsonObject, JsonValue } from '../relational/index.js';

/** One audit record. Values of encrypted columns are shown as "[encrypted]". */
export interface AuditRecord {
  readonly id: string;
  readonly at: Date;
  /** Empty for entries that are about no row. */
  readonly entity: string;
  readonly rowId: string;
  /** `log` for entries written with `log()`. */
  readonly operation: 'insert' | 'update' | 'delete' | 'restore' | 'purge' | 'log';
  /** `documents.update`, or the action given to `log()`. */
  readonly action: string;
  readonly result: string;
  readonly revision: number | null;
  readonly changed: readonly string[] | null;
  /** Old values of the changed columns, by column name. */
  readonly before: JsonObject | null;
  /** The row after the change; of a removal, the row as it was. */
  readonly row: JsonObject | null;
  readonly actorId: string | null;
  readonly roles: readonly string[] | null;
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly details: JsonValue;
  /** Where the record stands in the list, for `after`. */
  readonly position: string;
}

export interface AuditFilter {
  readonly entity?: string;
  readonly rowId?: string;
  readonly actorId?: string;
  readonly action?: string;
  readonly requestId?: string;
  /** Inclusive. */
  readonly since?: Date;
  /** Exclusive. */
  readonly until?: Date;
  /** Records older than this: the `position` of the last record of the page before. */
  readonly after?: string;
  /** 1 to 1000. @default 100 */
  readonly limit?: number;
}

export interface AuditEntry {
  /** What the action was about. */
  readonly entity?: string;
  readonly rowId?: string;
  /** How it ended. @default 'ok' */
  readonly result?: string;
  /** Anything JSON can say, up to 64 KiB. No secrets: it is stored as it is. */
  readonly details?: JsonValue;
}

/** The end of the chain at one moment. Kept elsewhere, it shows later whether the end was cut off. */
export interface AuditAnchor {
  readonly seq: string;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

export interface AuditProblem {
  readonly problem: string;
  /** The seal it was found in. */
  readonly seq: string | null;
  /** The record it is about. */
  readonly recordId: string | null;
}

export interface AuditVerification {
  readonly intact: boolean;
  readonly problems: readonly AuditProblem[];
  /** Records under a seal. */
  readonly sealed: number;
  /** Undefined while there is no record. */
  readonly anchor: AuditAnchor | undefined;
}

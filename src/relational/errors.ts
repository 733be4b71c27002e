import { AquiferError, type ErrorCode, type ErrorFacts, isAquiferError, messageOf } from '../errors/index.js';

/** What both PGlite and node-postgres put on an error of the server. */
interface ServerError {
  readonly code?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
}

/** An error of the database: its SQLSTATE and the constraint, table and column it names are in `facts`. */
export class DatabaseError extends AquiferError {
  override readonly name: string = 'DatabaseError';

  /** PostgreSQL's five characters (appendix A of its manual); undefined when it never answered. */
  get sqlstate(): string | undefined {
    return this.facts.sqlstate as string | undefined;
  }
}

export class UniqueViolationError extends DatabaseError {
  override readonly name = 'UniqueViolationError';
}
export class ForeignKeyViolationError extends DatabaseError {
  override readonly name = 'ForeignKeyViolationError';
}
export class CheckViolationError extends DatabaseError {
  override readonly name = 'CheckViolationError';
}
export class NotNullViolationError extends DatabaseError {
  override readonly name = 'NotNullViolationError';
}
export class SerializationFailureError extends DatabaseError {
  override readonly name = 'SerializationFailureError';
}
export class DeadlockError extends DatabaseError {
  override readonly name = 'DeadlockError';
}
export class StatementTimeoutError extends DatabaseError {
  override readonly name = 'StatementTimeoutError';
}
export class ReadOnlyError extends DatabaseError {
  override readonly name = 'ReadOnlyError';
}
/** The connection broke before COMMIT was sent: the transaction is rolled back. */
export class ConnectionLostError extends DatabaseError {
  override readonly name = 'ConnectionLostError';
}
/** The connection broke while COMMIT was under way, and the server could not be asked what became of it. */
export class CommitUnknownError extends DatabaseError {
  override readonly name = 'CommitUnknownError';

  /** Undefined where the transaction was not asked for it. */
  get marker(): CommitMarker | undefined {
    const { transactionId, writtenTo, recoveredTo, startedAt } = this.facts as Partial<CommitMarker>;
    if (!transactionId || !writtenTo || !startedAt) return undefined;
    return { transactionId, writtenTo, recoveredTo, startedAt };
  }
}

/** By what a transaction can be found again, on this server or on one that takes its place. */
export interface CommitMarker {
  /** As `pg_xact_status` takes it. */
  readonly transactionId: string;
  /** `pg_lsn`: what it had written by then lies before it, its commit behind it. */
  readonly writtenTo: string;
  /** `pg_lsn` where the last recovery of its server had ended; undefined for one that started as it had stopped. */
  readonly recoveredTo: string | undefined;
  /** Seconds since the epoch, to the microsecond, when its server was started: which server it was. */
  readonly startedAt: string;
}

type DatabaseErrorClass = new (...args: ConstructorParameters<typeof AquiferError>) => DatabaseError;
type Kind = readonly [DatabaseErrorClass, ErrorCode];

const KIND_BY_SQLSTATE: Readonly<Record<string, Kind>> = {
  // Raised by sql/migrations: no tenant, a change that a trait forbids, an adoption that cannot be, a vector of another length.
  AQ001: [DatabaseError, 'AQF_SCOPE_MISSING'],
  AQ002: [CheckViolationError, 'AQF_CHECK_VIOLATION'],
  AQ003: [DatabaseError, 'AQF_ARGUMENT_INVALID'],
  AQ020: [DatabaseError, 'AQF_VECTOR_DIMENSIONS'],
  AQ021: [DatabaseError, 'AQF_COLLECTION_NOT_FOUND'],
  '23505': [UniqueViolationError, 'AQF_UNIQUE_VIOLATION'],
  '23503': [ForeignKeyViolationError, 'AQF_FOREIGN_KEY_VIOLATION'],
  '23001': [ForeignKeyViolationError, 'AQF_FOREIGN_KEY_VIOLATION'],
  '23514': [CheckViolationError, 'AQF_CHECK_VIOLATION'],
  '23502': [NotNullViolationError, 'AQF_NOT_NULL_VIOLATION'],
  '40001': [SerializationFailureError, 'AQF_SERIALIZATION_FAILURE'],
  '40P01': [DeadlockError, 'AQF_DEADLOCK'],
  '57014': [StatementTimeoutError, 'AQF_STATEMENT_TIMEOUT'],
  '55P03': [StatementTimeoutError, 'AQF_STATEMENT_TIMEOUT'],
  '25P03': [StatementTimeoutError, 'AQF_STATEMENT_TIMEOUT'],
  '25006': [ReadOnlyError, 'AQF_READ_ONLY'],
  '42501': [DatabaseError, 'AQF_PERMISSION_DENIED'],
};

const KIND_BY_CLASS: Readonly<Record<string, Kind>> = {
  '08': [ConnectionLostError, 'AQF_CONNECTION_LOST'],
  '22': [DatabaseError, 'AQF_VALUE_INVALID'],
  '57': [ConnectionLostError, 'AQF_CONNECTION_LOST'],
};

const IDLE_IN_TRANSACTION_TIMEOUT = '25P03';

/** Where the setting behind an error is known, its hint names it. */
const HINT_BY_SQLSTATE: Readonly<Record<string, string>> = {
  '57014': 'Narrow the statement, or raise relational.statementTimeoutMs.',
  [IDLE_IN_TRANSACTION_TIMEOUT]:
    'Keep slow work out of the transaction, or raise relational.idleInTransactionTimeoutMs.',
};

/**
 * An error of the database as a DatabaseError: SQLSTATE and constraint as facts. The server's DETAIL is
 * left out, for it quotes rows.
 */
export function toDatabaseError(error: unknown): AquiferError {
  if (isAquiferError(error)) return error;
  const { constraint, table, column } = error as ServerError;
  const sqlstate = sqlstateOf(error);
  const [ErrorClass, code] = isUnsendable(error) ? UNSENDABLE : kindOf(sqlstate);
  const hint = HINT_BY_SQLSTATE[sqlstate ?? ''];
  return new ErrorClass(code, `The database refused a statement: ${messageOf(error)}`, {
    ...(hint !== undefined && { hint }),
    facts: { sqlstate, constraint, table, column } satisfies ErrorFacts,
    cause: new Error(messageOf(error)),
  });
}

/** Other errors have codes too: a DataCloneError has a number, a socket a word. */
function sqlstateOf(error: unknown): string | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const UNSENDABLE: Kind = [DatabaseError, 'AQF_VALUE_INVALID'];

/** A parameter that no driver can send, such as a function or a symbol. */
function isUnsendable(error: unknown): boolean {
  return error instanceof TypeError || (error as Error).name === 'DataCloneError';
}

/** The connection broke; what it carried is rolled back. What the server gave as the reason may say it better. */
export function connectionLost(reason: unknown): AquiferError {
  const { code: sqlstate } = reason as ServerError;
  if (sqlstate === IDLE_IN_TRANSACTION_TIMEOUT) return toDatabaseError(reason);
  return new ConnectionLostError('AQF_CONNECTION_LOST', `The connection broke: ${messageOf(reason)}`, {
    facts: { sqlstate },
    cause: new Error(messageOf(reason)),
  });
}

/** The connection broke while a commit was under way. */
export function commitUnknown(reason: unknown, marker?: CommitMarker): CommitUnknownError {
  const message = `The connection broke while a commit was under way: ${messageOf(reason)}`;
  return new CommitUnknownError('AQF_COMMIT_UNKNOWN', message, {
    facts: { ...marker },
    cause: new Error(messageOf(reason)),
  });
}

function kindOf(sqlstate: string | undefined): Kind {
  const known = sqlstate && (KIND_BY_SQLSTATE[sqlstate] ?? KIND_BY_CLASS[sqlstate.slice(0, 2)]);
  return known || [DatabaseError, 'AQF_QUERY_FAILED'];
}

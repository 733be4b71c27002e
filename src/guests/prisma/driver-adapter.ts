import type { ErrorCode } from '../../errors/index.js';

/**
 * The interface that Prisma 7 has for drivers, as far as an adapter for PostgreSQL meets it. It is declared here and
 * not imported: Prisma's client does not install the package that declares it, and knows what it is given by its shape.
 */
export interface SqlDriverAdapterFactory {
  readonly provider: 'postgres';
  readonly adapterName: string;
  connect(): Promise<SqlDriverAdapter>;
}

export interface SqlQuery {
  readonly sql: string;
  readonly args: unknown[];
  readonly argTypes: ArgType[];
}

export interface ArgType {
  readonly scalarType: string;
  readonly dbType?: string;
  readonly arity: 'scalar' | 'list';
}

export interface SqlResultSet {
  columnTypes: ColumnType[];
  columnNames: string[];
  rows: unknown[][];
}

export interface SqlQueryable {
  readonly provider: 'postgres';
  readonly adapterName: string;
  queryRaw(query: SqlQuery): Promise<SqlResultSet>;
  executeRaw(query: SqlQuery): Promise<number>;
}

export type IsolationLevel =
  | 'READ UNCOMMITTED'
  | 'READ COMMITTED'
  | 'REPEATABLE READ'
  | 'SNAPSHOT'
  | 'SERIALIZABLE';

export interface SqlDriverAdapter extends SqlQueryable {
  executeScript(script: string): Promise<void>;
  startTransaction(isolation?: IsolationLevel): Promise<SqlTransaction>;
  getConnectionInfo(): { supportsRelationJoins: boolean };
  dispose(): Promise<void>;
}

export interface SqlTransaction extends SqlQueryable {
  /** Whether Prisma leaves BEGIN and COMMIT to the adapter. */
  readonly options: { usePhantomQuery: boolean };
  commit(): Promise<void>;
  rollback(): Promise<void>;
  createSavepoint(name: string): Promise<void>;
  rollbackToSavepoint(name: string): Promise<void>;
  releaseSavepoint(name: string): Promise<void>;
}

/** Prisma's numbers for kinds of columns; those of arrays lie 64 above those of their elements, with gaps. */
export const COLUMN_TYPE = {
  int32: 0,
  int64: 1,
  float: 2,
  double: 3,
  numeric: 4,
  boolean: 5,
  character: 6,
  text: 7,
  date: 8,
  time: 9,
  dateTime: 10,
  json: 11,
  bytes: 13,
  uuid: 15,
  int32Array: 64,
  int64Array: 65,
  floatArray: 66,
  doubleArray: 67,
  numericArray: 68,
  booleanArray: 69,
  characterArray: 70,
  textArray: 71,
  dateArray: 72,
  timeArray: 73,
  dateTimeArray: 74,
  jsonArray: 75,
  bytesArray: 77,
  uuidArray: 78,
} as const;
export type ColumnType = (typeof COLUMN_TYPE)[keyof typeof COLUMN_TYPE];

/** What Prisma makes its own errors of. */
export type MappedError = {
  readonly originalCode?: string;
  readonly originalMessage?: string;
} & (
  | { readonly kind: 'UniqueConstraintViolation'; readonly constraint?: Constraint; readonly table?: string }
  | {
      readonly kind: 'ForeignKeyConstraintViolation' | 'NullConstraintViolation' | 'RestrictViolation';
      readonly constraint?: Constraint;
    }
  | { readonly kind: 'LengthMismatch' | 'ColumnNotFound'; readonly column?: string }
  | { readonly kind: 'TableDoesNotExist'; readonly table?: string }
  | { readonly kind: 'ValueOutOfRange' | 'TooManyConnections'; readonly cause: string }
  | { readonly kind: 'InvalidInputValue'; readonly message: string }
  | { readonly kind: 'InvalidIsolationLevel'; readonly level: string }
  | { readonly kind: 'UnsupportedNativeDataType'; readonly type: string }
  | {
      readonly kind:
        | 'TransactionWriteConflict'
        | 'ConnectionClosed'
        | 'SocketTimeout'
        | 'DatabaseNotReachable';
    }
  | {
      readonly kind: 'postgres';
      readonly code: string;
      readonly severity: string;
      readonly message: string;
      readonly detail: undefined;
      readonly column: string | undefined;
      readonly hint: string | undefined;
    }
);

export type Constraint = { readonly fields: string[] } | { readonly index: string };

/** Prisma knows it by its name and its cause. That of a failed commit of `$transaction` it hands on as it is. */
export class DriverAdapterError extends Error {
  override readonly name = 'DriverAdapterError';
  override readonly cause: MappedError;
  /** Aquifer's own, of the error that it was made of. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, cause: MappedError) {
    super(cause.originalMessage ?? cause.kind);
    this.code = code;
    this.cause = cause;
  }
}

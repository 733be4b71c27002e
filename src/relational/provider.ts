import type { TransactionContext } from './context.js';
import type { CopyTarget } from './copy/format.js';

export type Row = Record<string, unknown>;

export interface QueryResult<R extends Row> {
  readonly rows: R[];
  /** Rows written by INSERT, UPDATE, DELETE or MERGE; rows read by SELECT count on servers only. */
  readonly affected: number;
}

/** A statement as a value. Parameters are bound as `$1…`, never spliced into the text. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Same name, same text: the server plans it once a connection. At most 63 bytes. */
  readonly name?: string;
}

/** Rows as arrays, for an ORM that has its own decoders. */
export interface RawResult {
  readonly rows: unknown[][];
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly affected: number;
}

/** What runs statements: an open transaction, or a scope that gives each statement one of its own. */
export interface Queryable {
  query<R extends Row = Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>>;
  /** Rows as arrays; dates, timestamps and intervals as text, in arrays too. Else decoded as in `query`. */
  queryRaw(statement: Statement): Promise<RawResult>;
}

/** One open transaction. */
export interface Transaction extends Queryable {
  /** Several statements in one text, without parameters: migrations. */
  execute(sql: string): Promise<void>;
  /** Runs `work` under a savepoint: what it wrote is undone when it rejects, and the transaction goes on. */
  savepoint<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Writes rows by COPY and resolves to how many. They come in PostgreSQL's binary format without header and trailer
   * (RowBuffer writes it), whole rows in each piece, and are read no faster than the server takes them. PostgreSQL
   * refuses a target that has row-level security; `stage` copies into a table of the transaction's own. Absent
   * where the provider cannot: the Data API.
   * @throws what the source of the rows throws, and what `query` throws; the transaction can then only be rolled back
   */
  copyIn?(target: CopyTarget, rows: AsyncIterable<Uint8Array>): Promise<number>;
}

/** `read` may be served by a replica and refuses writes; `write` goes to the primary. */
export type Access = 'read' | 'write';

export interface QueryOptions {
  /** @default 'write' */
  readonly access?: Access;
}

export interface TransactionOptions extends QueryOptions {
  /** @default 'read committed' */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /**
   * How often `work` is run again, after a jittered wait, when the database asks for it (serialization
   * failure or deadlock). `work` must then be safe to run again.
   * @default 0
   */
  readonly retries?: number;
}

export interface ProviderHealth {
  readonly status: 'up' | 'down';
  /** Milliseconds of a round trip that touches the database. */
  readonly responseTime: number;
  readonly timestamp: Date;
  readonly error?: string;
}

/** Connections of a pool at one moment. */
export interface PoolFigures {
  readonly total: number;
  readonly idle: number;
  /** Callers waiting for a connection. */
  readonly waiting: number;
  readonly max: number;
}

/** A PostgreSQL, wherever it runs. The one way to data is a statement or a transaction in a context. */
export interface RelationalProvider {
  readonly kind: 'embedded' | 'postgres' | 'aurora';
  /**
   * One statement in a transaction of its own, in the context's role and settings: one round trip where the
   * provider can. A statement that must not be in a transaction block (VACUUM) is none of its business.
   * @throws what `transaction` throws
   */
  query<R extends Row = Row>(
    context: TransactionContext,
    statement: Statement,
    options?: QueryOptions,
  ): Promise<QueryResult<R>>;
  queryRaw(context: TransactionContext, statement: Statement, options?: QueryOptions): Promise<RawResult>;
  /**
   * Runs `work` in one transaction whose role and settings are transaction-local, commits when it resolves
   * and rolls back when it rejects.
   * @throws a DatabaseError by SQLSTATE; AQF_SCOPE_MISSING; AQF_DATABASE_UNAVAILABLE; AQF_LAYER_CLOSED
   */
  transaction<T>(
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /**
   * Runs `work` while no one else on this database runs work under the same name, in whatever process. Resolves
   * to false at once, without running it, when someone does. `signal` aborts when the lock is lost.
   */
  exclusively(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean>;
  /**
   * Work of the owner outside of a transaction, in a session of its own without time limits: CREATE INDEX CONCURRENTLY,
   * VACUUM, and settings for them. Absent where there are no sessions: the Data API.
   */
  maintain?<T>(work: (execute: (sql: string) => Promise<void>) => Promise<T>): Promise<T>;
  /**
   * Calls `heard` for every NOTIFY on `channel`, as a hint: notifications may be lost. Resolves to what stops it;
   * to undefined where the provider cannot listen.
   */
  listen(channel: string, heard: (payload: string) => void): Promise<(() => Promise<void>) | undefined>;
  /** Undefined where there is no pool. */
  pool(): PoolFigures | undefined;
  isAvailable(): Promise<boolean>;
  health(): Promise<ProviderHealth>;
  close(): Promise<void>;
}

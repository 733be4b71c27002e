import type { TransactionContext } from './context.js';

export type Row = Record<string, unknown>;

export interface QueryResult<R extends Row> {
  readonly rows: R[];
  /** Rows written by INSERT, UPDATE, DELETE or MERGE. */
  readonly affected: number;
}

/** One open transaction. Parameters are bound as `$1…`, never spliced into the text. */
export interface Transaction {
  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<QueryResult<R>>;
  /** Several statements in one text, without parameters: migrations. */
  execute(sql: string): Promise<void>;
}

export interface ProviderHealth {
  readonly status: 'up' | 'down';
  /** Milliseconds of a round trip that touches the database. */
  readonly responseTime: number;
  readonly timestamp: Date;
  readonly error?: string;
}

/** A PostgreSQL, wherever it runs. The one way to data is a transaction in a context. */
export interface RelationalProvider {
  readonly kind: 'embedded' | 'postgres' | 'aurora';
  /**
   * Runs `work` in one transaction whose role and tenant are set transaction-locally, commits when it
   * resolves and rolls back when it rejects.
   * @throws AQF_QUERY_FAILED with the SQLSTATE in `facts`; AQF_SCOPE_MISSING; AQF_DATABASE_UNAVAILABLE
   */
  transaction<T>(context: TransactionContext, work: (tx: Transaction) => Promise<T>): Promise<T>;
  health(): Promise<ProviderHealth>;
  close(): Promise<void>;
}

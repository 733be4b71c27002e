import type {
  QueryOptions,
  QueryResult,
  RawResult,
  Row,
  Statement,
  TransactionOptions,
} from '../relational/index.js';

/** What runs the statements of a guest, in a scope. */
export interface GuestStatements {
  queryRaw(statement: Statement, options?: QueryOptions): Promise<RawResult>;
}

/** What a guest needs of the scope that it runs in; a `Scope` is one. */
export interface GuestScope extends GuestStatements {
  readonly tenantId: string;
  query<R extends Row = Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>>;
  transaction<T>(work: (statements: GuestStatements) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** A scope, or where to look for the one of the moment. */
export type ScopeSource = GuestScope | (() => GuestScope);

/** @throws what the source throws when there is no scope */
export function scopeOf(source: ScopeSource): GuestScope {
  return typeof source === 'function' ? source() : source;
}

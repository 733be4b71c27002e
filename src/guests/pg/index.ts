export { currentScope, runInScope } from '../current-scope.js';
export type { GuestScope, ScopeSource } from '../host.js';
export { ScopedClient } from './client.js';
export { ScopedPool, type ScopedPoolClient, scopedPg, scopedPgDriver } from './pool.js';
export type { PgField, PgQueryConfig, PgQueryResult } from './query.js';

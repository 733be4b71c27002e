export { OWNER, type OwnerContext, type TenantContext, type TransactionContext } from './context.js';
export { type Migration, migrate, readMigrations } from './migrations.js';
export type { ProviderHealth, QueryResult, RelationalProvider, Row, Transaction } from './provider.js';
export { storable } from './storable.js';

export {
  OWNER,
  type OwnerContext,
  type RequestFacts,
  type SystemContext,
  type TenantContext,
  type TraitFlag,
  type TransactionContext,
} from './context.js';
export {
  CheckViolationError,
  CommitUnknownError,
  ConnectionLostError,
  DatabaseError,
  DeadlockError,
  ForeignKeyViolationError,
  NotNullViolationError,
  ReadOnlyError,
  SerializationFailureError,
  StatementTimeoutError,
  UniqueViolationError,
} from './errors.js';
export type { JsonObject, JsonValue } from './json.js';
export {
  assertMigrated,
  type Migration,
  type MigrationState,
  type MigrationStatus,
  migrate,
  migrationStatus,
  type RehearsedMigration,
  type Reversal,
  type RevertOptions,
  readMigrations,
  readReversals,
  rehearse,
  revert,
  rolledBack,
} from './migrations/index.js';
export {
  type ObservedStatement,
  observed,
  type SlowStatement,
  SlowStatements,
  withoutValues,
} from './observed/index.js';
export type {
  Access,
  PoolFigures,
  ProviderHealth,
  Queryable,
  QueryOptions,
  QueryResult,
  RawResult,
  RelationalProvider,
  Row,
  Statement,
  Transaction,
  TransactionOptions,
} from './provider.js';
export { SessionPosition } from './session-position.js';
export { type SqlToken, scanSql } from './sql/sql-scanner.js';
export { commandOf, looksReadOnly } from './sql/sql-words.js';
export { assertInScope, type Control, controlOf } from './sql/transaction-control.js';
export { storable } from './storable.js';
export { checkedTransactionOptions } from './transaction-options.js';

export { type RevertOptions, revert } from './down.js';
export { type Migration, readMigrations } from './migration.js';
export { type RehearsedMigration, rehearse } from './rehearse.js';
export { type Reversal, readReversals } from './reversal.js';
export { rolledBack } from './rolled-back.js';
export { assertMigrated, type MigrationState, type MigrationStatus, migrationStatus } from './status.js';
export { migrate } from './up.js';

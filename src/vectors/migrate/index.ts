export type { Precision } from './digest.js';
export { type DualWriteOptions, dualWriteStore, type MissedWrite } from './dual-write.js';
export { fileJournal, type MigrationJournal, memoryJournal } from './journal.js';
export {
  type MigrationOptions,
  type MigrationProgress,
  migrateVectors,
  type SpaceMigration,
} from './migrate.js';
export type { Verification } from './verify.js';

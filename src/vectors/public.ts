/** Stores of vectors, and how vectors move from one to another: `aquifer/vectors`. */
export { type ChromaOptions, openChromaStore, type TenantsVectorStore } from './chroma/index.js';
export {
  type DualWriteOptions,
  dualWriteStore,
  fileJournal,
  type MigrationJournal,
  type MigrationOptions,
  type MigrationProgress,
  type MissedWrite,
  memoryJournal,
  migrateVectors,
  type Precision,
  type SpaceMigration,
  type Verification,
} from './migrate/index.js';
export { pgvectorStore } from './pgvector/index.js';
export type {
  Metric,
  ShortReason,
  UpsertOptions,
  VectorAnswer,
  VectorHit,
  VectorMetadata,
  VectorQuery,
  VectorRecord,
  VectorSelection,
  VectorSpace,
  VectorStats,
  VectorStore,
} from './store.js';

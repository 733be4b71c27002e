export type { AuditRecord, AuditVerification } from './audit/index.js';
export { type Cache, type CacheOptions, type CacheStats, entityTag } from './cache/index.js';
export type { Collection, NewCollection } from './collections/index.js';
export { type AquiferConfigInput, defineConfig, loadConfig, type ResolvedConfig } from './config/index.js';
export type {
  CutDocument,
  DocumentInput,
  DocumentSummary,
  IngestFilesOptions,
  IngestFilesResult,
  IngestProgress,
  IngestResult,
  ListOptions,
  Metadata,
  StoredChunk,
  StoredDocument,
} from './documents/index.js';
export type { Embedder, EmbeddingModel } from './embeddings/index.js';
export {
  type AnyEntity,
  belongsTo,
  type CreateOf,
  entity,
  hasMany,
  type PatchOf,
  type RowOf,
  type Traits,
  withRelations,
} from './entities/index.js';
export { AquiferError, ERROR_CATALOGUE, type ErrorCode, isAquiferError } from './errors/index.js';
export type { ChangeEvent, Subscriber } from './events/index.js';
export {
  createDataLayer,
  type DataLayer,
  type DataLayerOptions,
  DbProvider,
  type Scope,
} from './layer/index.js';
export type { Repository } from './repositories/index.js';
export type { SearchMode, SearchOptions, SearchResult, SearchResults } from './search/index.js';
export type { ScopeOptions } from './tenancy/index.js';
export type { VectorRecord, VectorSpace } from './vectors/index.js';
export type { MergeConflict, MergeResult, Revision } from './versions/index.js';

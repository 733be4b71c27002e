export { type AquiferConfigInput, defineConfig, loadConfig, type ResolvedConfig } from './config/index.js';
export type {
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
export { AquiferError, ERROR_CATALOGUE, type ErrorCode, isAquiferError } from './errors/index.js';
export { createDataLayer, type DataLayer, type DataLayerOptions, type Scope } from './layer/index.js';
export type { SearchMode, SearchOptions, SearchResult } from './search/index.js';
export type { ScopeOptions } from './tenancy/index.js';

export { DEFAULT_COLLECTION } from './default-collection.js';
export { DOCUMENTS_ENTITY, Documents } from './documents.js';
export { passageOf } from './embed-chunks.js';
export { emptyTrash } from './empty-trash.js';
export type { DocumentDependencies } from './ingest.js';
export { checkDocumentFacts } from './input.js';
export type { CutChunk, CutDocument, LoadOptions, LoadResult } from './load/index.js';
export { type RechunkDependencies, rechunk } from './rechunk.js';
export type {
  ChunkOptions,
  DocumentInput,
  DocumentSummary,
  EmbedWhen,
  GetOptions,
  IngestFilesOptions,
  IngestFilesResult,
  IngestProgress,
  IngestResult,
  IngestStatus,
  ListOptions,
  Metadata,
  MetadataValue,
  StoredChunk,
  StoredDocument,
} from './types.js';

export { DOCUMENTS_ENTITY, Documents } from './documents.js';
export { passageOf } from './embed-chunks.js';
export type { DocumentDependencies } from './ingest.js';
export type {
  DocumentInput,
  DocumentSummary,
  EmbedWhen,
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

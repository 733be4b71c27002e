export { DOCUMENTS_ENTITY, Documents } from './documents.js';
export type { DocumentDependencies } from './ingest.js';
export type {
  DocumentInput,
  DocumentSummary,
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

export { Documents } from './documents.js';
export type { DocumentDependencies } from './ingest.js';
export type { IngestFilesOptions, IngestFilesResult, IngestProgress } from './ingest-files.js';
export type {
  DocumentInput,
  DocumentSummary,
  IngestResult,
  IngestStatus,
  ListOptions,
  Metadata,
  MetadataValue,
  StoredChunk,
  StoredDocument,
} from './types.js';

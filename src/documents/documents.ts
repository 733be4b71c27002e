import type { TenantContext } from '../relational/index.js';
import { type DocumentDependencies, ingest } from './ingest.js';
import { ingestFiles } from './ingest-files.js';
import { DocumentRepository } from './repository.js';
import type {
  DocumentInput,
  DocumentSummary,
  IngestFilesOptions,
  IngestFilesResult,
  IngestResult,
  ListOptions,
  StoredChunk,
  StoredDocument,
} from './types.js';

/** The knowledge documents of one tenant: `scope.documents`. */
export class Documents {
  readonly #deps: DocumentDependencies;
  readonly #context: TenantContext;
  readonly #repository: DocumentRepository;

  constructor(deps: DocumentDependencies, context: TenantContext) {
    this.#deps = deps;
    this.#context = context;
    this.#repository = new DocumentRepository(deps.relational, context);
  }

  /**
   * Extracts, chunks, embeds and stores one document, in one transaction. Unchanged input is left as it
   * is; changed input replaces only the chunks that changed.
   * @throws AQF_ARGUMENT_INVALID, AQF_EXTRACTION_…, AQF_EMBEDDING_FAILED
   */
  ingest(input: DocumentInput): Promise<IngestResult> {
    return ingest(this.#deps, this.#context, input);
  }

  /**
   * Ingests files and folders (recursively); `source` becomes the absolute path. A file that fails is
   * reported in the result and the run goes on.
   * @throws AQF_ARGUMENT_INVALID for wrong options and for a path that names neither a file nor a folder
   */
  ingestFiles(paths: readonly string[], options?: IngestFilesOptions): Promise<IngestFilesResult> {
    return ingestFiles(this.#deps, this.#context, this.#repository, paths, options);
  }

  /** Documents in the order of their source. @throws AQF_ARGUMENT_INVALID */
  list(options?: ListOptions): Promise<DocumentSummary[]> {
    return this.#repository.list(options);
  }

  /** @throws AQF_DOCUMENT_NOT_FOUND */
  get(id: string): Promise<StoredDocument> {
    return this.#repository.get(id);
  }

  /** The chunks of a document in order. @throws AQF_DOCUMENT_NOT_FOUND */
  chunks(id: string): Promise<StoredChunk[]> {
    return this.#repository.chunks(id);
  }

  /** Removes a document with its chunks, vectors and index entries. @throws AQF_DOCUMENT_NOT_FOUND */
  delete(id: string): Promise<void> {
    return this.#repository.delete(id);
  }

  count(): Promise<{ documents: number; chunks: number }> {
    return this.#repository.count();
  }
}

import type { TenantContext } from '../relational/index.js';
import { DEFAULT_COLLECTION } from './default-collection.js';
import { type DocumentDependencies, ingest } from './ingest.js';
import { ingestFiles } from './ingest-files.js';
import {
  type CutDocument,
  checkLoad,
  type LoadOptions,
  type LoadResult,
  loadDocuments,
} from './load/index.js';
import { DocumentRepository } from './repository.js';
import type {
  ChunkOptions,
  DocumentInput,
  DocumentSummary,
  GetOptions,
  IngestFilesOptions,
  IngestFilesResult,
  IngestResult,
  ListOptions,
  StoredChunk,
  StoredDocument,
} from './types.js';

/** The name under which the ledger tells of documents. */
export const DOCUMENTS_ENTITY = 'aquifer.documents';

/** The knowledge documents of one tenant: `scope.documents`. */
export class Documents {
  readonly #deps: DocumentDependencies;
  readonly #context: TenantContext;
  readonly #repository: DocumentRepository;

  constructor(deps: DocumentDependencies, context: TenantContext) {
    this.#deps = deps;
    this.#context = context;
    this.#repository = new DocumentRepository(
      deps.relational,
      context,
      deps.collection ?? DEFAULT_COLLECTION,
    );
  }

  /**
   * Extracts, chunks, embeds and stores one document, in one transaction. Unchanged input is left as it
   * is; changed input replaces only the chunks that changed.
   * @throws AQF_ARGUMENT_INVALID, AQF_EXTRACTION_…, AQF_EMBEDDING_FAILED
   */
  async ingest(input: DocumentInput): Promise<IngestResult> {
    const result = await ingest(this.#deps, this.#context, input);
    if (result.status !== 'unchanged') await this.#changed();
    if (input.embed === 'later') this.#deps.onLater?.();
    return result;
  }

  /**
   * Ingests files and folders (recursively); `source` becomes the absolute path. A file that fails is
   * reported in the result and the run goes on.
   * @throws AQF_ARGUMENT_INVALID for wrong options and for a path that names neither a file nor a folder
   */
  async ingestFiles(paths: readonly string[], options?: IngestFilesOptions): Promise<IngestFilesResult> {
    try {
      return await ingestFiles(this.#deps, this.#context, this.#repository, paths, options);
    } finally {
      await this.#changed();
      if (options?.embed === 'later') this.#deps.onLater?.();
    }
  }

  /**
   * Loads documents that are cut already, with or without their vectors: many, as a stream, by COPY; each document whole or
   * not at all. What is stored already is passed over.
   * @throws AQF_ARGUMENT_INVALID, AQF_VECTOR_DIMENSIONS, AQF_COLLECTION_NOT_FOUND
   */
  async load(
    documents: Iterable<CutDocument> | AsyncIterable<CutDocument>,
    options?: LoadOptions,
  ): Promise<LoadResult> {
    checkLoad(documents, options);
    return loadDocuments(this.#deps, this.#context, documents, options);
  }

  /** Documents in the order of their source. @throws AQF_ARGUMENT_INVALID */
  list(options?: ListOptions): Promise<DocumentSummary[]> {
    return this.#repository.list(options);
  }

  /** @throws AQF_DOCUMENT_NOT_FOUND */
  get(id: string, options?: GetOptions): Promise<StoredDocument> {
    return this.#repository.get(id, options);
  }

  /** The chunks of a document in order. @throws AQF_DOCUMENT_NOT_FOUND, AQF_ARGUMENT_INVALID */
  chunks(id: string, options?: ChunkOptions): Promise<StoredChunk[]> {
    return this.#repository.chunks(id, options);
  }

  /**
   * The id of the file that a document was made from, for `scope.files`; also of one in the trash.
   * @throws AQF_DOCUMENT_NOT_FOUND, AQF_FILE_NOT_FOUND where none is kept
   */
  original(id: string): Promise<string> {
    return this.#repository.original(id);
  }

  /**
   * Puts a document into the trash: nothing finds it, and `restore` brings it back until `documents.retentionDays` are over.
   * Its source is free: ingested again, it is another document.
   * @throws AQF_DOCUMENT_NOT_FOUND
   */
  async delete(id: string): Promise<void> {
    await this.#repository.delete(id);
    await this.#changed();
  }

  /**
   * Takes a document out of the trash, with its vectors where its collection still has their model.
   * @throws AQF_DOCUMENT_NOT_FOUND; AQF_UNIQUE_VIOLATION when its source has another document by now
   */
  async restore(id: string): Promise<DocumentSummary> {
    const embedding = await this.#repository.restore(id);
    await this.#changed();
    if (embedding === 'waiting') this.#deps.onLater?.();
    const { content: _, ...summary } = await this.#repository.get(id);
    return summary;
  }

  /** Removes a document for good, with its original, from the trash or not. @throws AQF_DOCUMENT_NOT_FOUND */
  async purge(id: string): Promise<void> {
    const unused = await this.#repository.purge(id);
    await this.#changed();
    if (unused !== undefined) await this.#deps.onUnused?.(this.#context, unused);
  }

  /** Has the vectors of a document made anew; until then it is found by its words. @throws AQF_DOCUMENT_NOT_FOUND */
  async reembed(id: string): Promise<void> {
    await this.#repository.expire(id);
    await this.#changed();
    this.#deps.onLater?.();
  }

  count(): Promise<{ documents: number; chunks: number }> {
    return this.#repository.count();
  }

  async #changed(): Promise<void> {
    await this.#deps.onChange?.(this.#context.tenantId);
  }
}

import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { type RelationalProvider, type Row, storable, type TenantContext } from '../relational/index.js';
import * as queries from './queries.js';
import type { DocumentSummary, ListOptions, StoredChunk, StoredDocument } from './types.js';

const listSchema = z.strictObject({
  limit: z.number().int().min(1).max(1000).default(100),
  after: z.string().max(4096).optional(),
});

/** Reads and deletes the documents of one tenant. */
export class DocumentRepository {
  readonly #relational: RelationalProvider;
  readonly #context: TenantContext;
  readonly #collection: string;

  /** @param collection whose documents are listed and counted; by its id any document is found */
  constructor(relational: RelationalProvider, context: TenantContext, collection: string) {
    this.#relational = relational;
    this.#context = context;
    this.#collection = collection;
  }

  /** Documents in the order of their source. @throws AQF_ARGUMENT_INVALID */
  async list(options: ListOptions = {}): Promise<DocumentSummary[]> {
    const parsed = listSchema.safeParse(options);
    if (!parsed.success) {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        `Documents cannot be listed: ${z.prettifyError(parsed.error)}`,
      );
    }
    return this.#query<DocumentSummary & Row>(queries.LIST_DOCUMENTS, [
      storable(parsed.data.after ?? null),
      parsed.data.limit,
      this.#collection,
    ]);
  }

  /** @throws AQF_DOCUMENT_NOT_FOUND when this tenant has no such document */
  async get(id: string): Promise<StoredDocument> {
    const [document] = await this.#query<StoredDocument & Row>(queries.GET_DOCUMENT, [uuid(id)]);
    if (!document) throw notFound(id);
    return document;
  }

  /** @throws AQF_DOCUMENT_NOT_FOUND */
  async chunks(id: string): Promise<StoredChunk[]> {
    const chunks = await this.#query<StoredChunk & Row>(queries.LIST_CHUNKS, [uuid(id)]);
    if (chunks.length === 0) throw notFound(id);
    return chunks;
  }

  /** Removes the document with its chunks, vectors and index entries. @throws AQF_DOCUMENT_NOT_FOUND */
  async delete(id: string): Promise<void> {
    const deleted = await this.#query(queries.DELETE_DOCUMENT, [uuid(id)]);
    if (deleted.length === 0) throw notFound(id);
  }

  async count(): Promise<{ documents: number; chunks: number }> {
    const [counts] = await this.#query<{ documents: number; chunks: number }>(queries.COUNT_DOCUMENTS, [
      this.#collection,
    ]);
    return counts ?? { documents: 0, chunks: 0 };
  }

  /** Documents whose source is one of `roots` or lies below one. */
  sourcesBelow(roots: readonly string[]): Promise<{ id: string; source: string }[]> {
    return this.#query(queries.LIST_SOURCES_BELOW, [[...roots], this.#collection]);
  }

  async #query<R extends Row>(sql: string, params: readonly unknown[]): Promise<R[]> {
    const result = await this.#relational.transaction(this.#context, (tx) => tx.query<R>(sql, params));
    return result.rows;
  }
}

/** An id that is no UUID names no document; the database is not asked. */
function uuid(id: string): string {
  if (!z.uuid().safeParse(id).success) throw notFound(id);
  return id;
}

function notFound(id: string): AquiferError {
  const shown = typeof id === 'string' ? id.slice(0, 64) : typeof id;
  return new AquiferError(
    'AQF_DOCUMENT_NOT_FOUND',
    `There is no document ${JSON.stringify(shown)} in this tenant.`,
    {
      facts: { id: shown },
    },
  );
}

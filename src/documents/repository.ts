import { z } from 'zod';
import { AquiferError, isAquiferError } from '../errors/index.js';
import {
  type RelationalProvider,
  type Row,
  storable,
  type TenantContext,
  type Transaction,
} from '../relational/index.js';
import * as queries from './queries.js';
import type {
  ChunkOptions,
  DocumentSummary,
  GetOptions,
  ListOptions,
  StoredChunk,
  StoredDocument,
} from './types.js';

/** The pipeline may hold chunks of a document that is deleted. */
const RETRIES = 5;

const listSchema = z.strictObject({
  limit: z.number().int().min(1).max(1000).default(100),
  after: z.string().max(4096).optional(),
  deleted: z.boolean().default(false),
});

const getSchema = z.strictObject({ deleted: z.boolean().default(false) });

const chunkSchema = z.strictObject({
  limit: z.int().min(1).max(1000).optional(),
  after: z.int().min(0).max(2_147_483_647).optional(),
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
    const { after, limit, deleted } = checked(listSchema, options, 'Documents cannot be listed');
    if (deleted && after !== undefined && !isUuid(after)) return [];
    const statement = deleted ? queries.LIST_TRASH : queries.LIST_DOCUMENTS;
    const values = [storable(after ?? null), limit, this.#collection];
    return this.#query<DocumentSummary & Row>(statement, values);
  }

  /** @throws AQF_DOCUMENT_NOT_FOUND when this tenant has no such document */
  async get(id: string, options: GetOptions = {}): Promise<StoredDocument> {
    const { deleted } = checked(getSchema, options, 'A document cannot be read');
    const [document] = await this.#query<StoredDocument & Row>(queries.GET_DOCUMENT, [uuid(id)]);
    if (document) return document;
    const [trashed] = deleted ? await this.#query<StoredDocument & Row>(queries.GET_TRASHED, [uuid(id)]) : [];
    if (!trashed) throw notFound(id);
    return trashed;
  }

  /** @throws AQF_DOCUMENT_NOT_FOUND, AQF_ARGUMENT_INVALID */
  async chunks(id: string, options: ChunkOptions = {}): Promise<StoredChunk[]> {
    const { limit = null, after = null } = checked(chunkSchema, options, 'Chunks cannot be listed');
    const chunks = await this.#query<StoredChunk & Row>(queries.LIST_CHUNKS, [uuid(id), after, limit]);
    if (chunks.length === 0) await this.get(id);
    return chunks;
  }

  /** The id of the file that the document was made from, also of one in the trash. @throws AQF_DOCUMENT_NOT_FOUND, AQF_FILE_NOT_FOUND */
  async original(id: string): Promise<string> {
    const [found] = await this.#query<{ fileId: string | null }>(queries.ORIGINAL, [uuid(id)]);
    if (!found) throw notFound(id);
    if (found.fileId !== null) return found.fileId;
    throw new AquiferError('AQF_FILE_NOT_FOUND', 'Of this document no original is kept.', {
      hint: 'It was written as text, or from a file that was not uploaded.',
    });
  }

  /** Puts the document into the trash. @throws AQF_DOCUMENT_NOT_FOUND */
  async delete(id: string): Promise<void> {
    const [trashed] = await this.#query<{ done: boolean }>(queries.TRASH, [uuid(id)]);
    if (!trashed?.done) throw notFound(id);
  }

  /** Takes it out. Resolves to whether its vectors came with it. @throws AQF_DOCUMENT_NOT_FOUND, AQF_UNIQUE_VIOLATION */
  async restore(id: string): Promise<'current' | 'waiting'> {
    type Restored = { embedding: 'current' | 'waiting' | null };
    const [restored] = await this.#query<Restored>(queries.RESTORE, [uuid(id)]).catch(taken);
    if (!restored?.embedding) throw notFound(id);
    return restored.embedding;
  }

  /** Removes the document for good, from the trash or not. Resolves to the file that is nobody's now. @throws AQF_DOCUMENT_NOT_FOUND */
  purge(id: string): Promise<string | undefined> {
    const document = uuid(id);
    return this.#inOne(async (tx) => {
      await tx.query(queries.TRASH, [document]);
      const { rows } = await tx.query<{ fileId: string | null }>(queries.PURGE, [document]);
      const [purged] = rows;
      if (!purged) throw notFound(id);
      if (purged.fileId === null) return undefined;
      const unused = await tx.query(queries.IS_UNUSED, [purged.fileId]);
      return unused.rows.length > 0 ? purged.fileId : undefined;
    });
  }

  /** Has its vectors made anew by the pipeline. @throws AQF_DOCUMENT_NOT_FOUND */
  expire(id: string): Promise<void> {
    const document = uuid(id);
    return this.#inOne(async (tx) => {
      const { rows } = await tx.query(queries.EXPIRE, [document]);
      if (rows.length === 0) throw notFound(id);
      await tx.query(queries.FORGET_VECTORS, [document]);
      await tx.query(queries.FORGET_FAILURE, [document]);
    });
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
    return (await this.#inOne((tx) => tx.query<R>(sql, params))).rows;
  }

  #inOne<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#relational.transaction(this.#context, work, { retries: RETRIES });
  }
}

/** An id that is no UUID names no document; the database is not asked. */
function uuid(id: string): string {
  if (!isUuid(id)) throw notFound(id);
  return id;
}

function isUuid(id: string): boolean {
  return z.uuid().safeParse(id).success;
}

function checked<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AquiferError('AQF_ARGUMENT_INVALID', `${what}: ${z.prettifyError(parsed.error)}`);
}

function taken(error: unknown): never {
  if (!isAquiferError(error, 'AQF_UNIQUE_VIOLATION')) throw error;
  throw new AquiferError('AQF_UNIQUE_VIOLATION', 'Another document has the source of this one by now.', {
    hint: 'Delete that one first, then restore this one.',
    cause: error,
  });
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

import { randomUUID } from 'node:crypto';
import { AquiferError } from '../../../errors/index.js';
import type { Scope } from '../../../layer/index.js';
import type { Row } from '../../../relational/index.js';
import { fileUuid } from '../ids.js';
import type { ListQuery } from '../pages.js';
import * as queries from './queries.js';
import { type BatchRow, type FileRow, isExpired, type StoreRow } from './shapes.js';

export interface NewStore {
  readonly title: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly days: number | null;
  readonly chunking: { readonly maxTokens?: number; readonly overlapTokens?: number };
}

export interface StoreChanges {
  readonly title?: string | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly days?: number | null;
}

export interface AddedFile {
  /** As OpenAI has it: `file-…`. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** The vector stores of a scope. */
export class VectorStores {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** @throws AQF_COLLECTION_NOT_FOUND */
  async get(id: string): Promise<StoreRow> {
    const [store] = await this.#ask<StoreRow>(queries.GET_STORE, [id]);
    return store ?? missing('vector store', id);
  }

  /** One that may still be used. @throws AQF_COLLECTION_NOT_FOUND, AQF_ARGUMENT_INVALID when it has expired */
  async open(id: string): Promise<StoreRow> {
    const store = await this.get(id);
    if (!isExpired(store)) return store;
    throw new AquiferError('AQF_ARGUMENT_INVALID', `The vector store ${id} has expired.`);
  }

  list(query: ListQuery): Promise<StoreRow[]> {
    return this.#page<StoreRow>(queries.listStores(query), query, []);
  }

  async create({ title, labels, days, chunking }: NewStore): Promise<StoreRow> {
    const id = `vs_${randomUUID().replaceAll('-', '')}`;
    await this.#ask(queries.CREATE_STORE, [
      id,
      title,
      JSON.stringify(labels),
      days,
      JSON.stringify(chunking),
    ]);
    return this.get(id);
  }

  /** @throws AQF_COLLECTION_NOT_FOUND, AQF_COLLECTION_FORBIDDEN */
  async update(id: string, changes: StoreChanges): Promise<StoreRow> {
    await this.get(id);
    const updated = await this.#ask(queries.UPDATE_STORE, [id, JSON.stringify(changes)]);
    if (updated.length === 0)
      throw new AquiferError(
        'AQF_COLLECTION_FORBIDDEN',
        `The roles of this credential may not write to ${id}.`,
      );
    return this.get(id);
  }

  /** With its documents. */
  async delete(id: string): Promise<void> {
    const { collectionName } = await this.get(id);
    await this.#scope.collections.delete(collectionName);
  }

  /** It was used just now. */
  async touch({ collection }: StoreRow): Promise<void> {
    await this.#ask(queries.TOUCH, [collection]);
  }

  listFiles(store: StoreRow, query: ListQuery, filter?: string, batch?: string): Promise<FileRow[]> {
    return this.#page<FileRow>(queries.listFiles(query), withUuids(query), [
      store.collection,
      filter ?? null,
      batch ?? null,
    ]);
  }

  /** @throws AQF_FILE_NOT_FOUND */
  async file(store: StoreRow, id: string): Promise<FileRow> {
    const [file] = await this.#ask<FileRow>(queries.GET_FILE, [store.collection, fileUuid(id)]);
    return file ?? missing('file', id);
  }

  /** By the ids of documents. */
  async filesOf({ collection }: StoreRow, documents: readonly string[]): Promise<Map<string, FileRow>> {
    const files = await this.#ask<FileRow>(queries.FILES_OF_DOCUMENTS, [collection, documents]);
    return new Map(files.map((file) => [file.documentId ?? '', file]));
  }

  /** Queues files to be made documents. @throws AQF_FILE_NOT_FOUND, and queues none */
  async add(store: StoreRow, files: readonly AddedFile[], batch: string | null = null): Promise<void> {
    const unique = new Map(files.map((file) => [file.id, file]));
    const found = await Promise.all(
      [...unique.values()].map(async ({ id, attributes }) => {
        const { id: uuid, name, bytes } = await this.#scope.files.get(fileUuid(id));
        return { id: uuid, name, bytes, attributes };
      }),
    );
    const { collection, collectionName } = store;
    await this.#ask(queries.ADD_FILES, [collection, collectionName, batch, JSON.stringify(found)]);
    await this.touch(store);
  }

  /** @throws AQF_FILE_NOT_FOUND */
  async setAttributes(store: StoreRow, id: string, attributes: AddedFile['attributes']): Promise<FileRow> {
    await this.file(store, id);
    await this.#ask(queries.SET_ATTRIBUTES, [store.collection, fileUuid(id), JSON.stringify(attributes)]);
    return this.file(store, id);
  }

  /** Takes a file out; the file itself stays. @throws AQF_FILE_NOT_FOUND */
  async remove(store: StoreRow, id: string): Promise<void> {
    const { documentId } = await this.file(store, id);
    await this.#ask(queries.REMOVE_FILE, [store.collection, fileUuid(id)]);
    if (documentId !== null) await this.#scope.documents.delete(documentId);
  }

  /** Takes a file out of every store that it was added to. @param uuid of the file */
  async removeEverywhere(uuid: string): Promise<void> {
    const documents = await this.#ask<{ id: string }>(queries.DOCUMENTS_OF_FILE, [uuid]);
    for (const { id } of documents) await this.#scope.documents.delete(id);
  }

  /** @throws AQF_FILE_NOT_FOUND */
  async createBatch(store: StoreRow, files: readonly AddedFile[]): Promise<BatchRow> {
    const [batch] = await this.#ask<{ id: string }>(queries.CREATE_BATCH, [store.collection]);
    const id = batch?.id ?? missing('batch', '');
    await this.add(store, files, id);
    return this.batch(store, id);
  }

  /** @throws AQF_UPLOAD_NOT_FOUND */
  async batch(store: StoreRow, id: string): Promise<BatchRow> {
    const [batch] = await this.#ask<BatchRow>(queries.GET_BATCH, [store.collection, id]);
    return batch ?? missing('batch', id);
  }

  async cancelBatch(store: StoreRow, id: string): Promise<BatchRow> {
    await this.batch(store, id);
    await this.#ask(queries.CANCEL_BATCH, [store.collection, id]);
    return this.batch(store, id);
  }

  /** One more than is wanted tells whether there are more. */
  async #page<T>(text: string, query: ListQuery, more: readonly unknown[]): Promise<T[]> {
    const { after, before, limit } = query;
    const rows = await this.#ask<T>(text, [after ?? null, before ?? null, limit + 1, ...more]);
    return before !== undefined && after === undefined ? inOrder(rows, limit) : rows;
  }

  async #ask<T>(text: string, values: readonly unknown[]): Promise<T[]> {
    return (await this.#scope.query<T & Row>(text, values)).rows;
  }
}

/** Read backwards, the one too many is the farthest. */
function inOrder<T>(rows: readonly T[], limit: number): T[] {
  const page = rows.slice(0, limit).reverse();
  return rows.length > limit ? [...page, ...rows.slice(limit)] : page;
}

function withUuids(query: ListQuery): ListQuery {
  const { after, before } = query;
  return {
    ...query,
    ...(after !== undefined && { after: fileUuid(after) }),
    ...(before !== undefined && { before: fileUuid(before) }),
  };
}

const CODES = {
  'vector store': 'AQF_COLLECTION_NOT_FOUND',
  file: 'AQF_FILE_NOT_FOUND',
  batch: 'AQF_UPLOAD_NOT_FOUND',
} as const;

function missing(what: keyof typeof CODES, id: string): never {
  throw new AquiferError(CODES[what], `No such ${what}: ${JSON.stringify(id.slice(0, 128))}.`);
}

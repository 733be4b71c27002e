import type { TenantContext } from '../../relational/index.js';
import {
  checkedTenant,
  checkId,
  checkQuery,
  checkSpace,
  compareCodePoints,
  invalid,
} from '../records/index.js';
import type {
  UpsertOptions,
  VectorAnswer,
  VectorQuery,
  VectorRecord,
  VectorSelection,
  VectorSpace,
  VectorStats,
  VectorStore,
} from '../store.js';
import { ChromaCollections } from './collections.js';
import type { ChromaConnection } from './connection.js';
import { type ChromaOptions, DEFAULT_COLLECTION_NAME } from './options.js';
import { matchingIds, removeRecords } from './remove.js';
import { search } from './search.js';
import type { CollectionFacts } from './space-facts.js';
import { SpaceReader } from './space-reader.js';
import { writeRecords } from './write.js';

const SCAN_BATCH = 500;

export class ChromaStore implements VectorStore {
  readonly kind = 'chromadb';
  readonly #connection: ChromaConnection;
  readonly #collections: ChromaCollections;

  constructor(connection: ChromaConnection, { collectionName = DEFAULT_COLLECTION_NAME }: ChromaOptions) {
    this.#connection = connection;
    this.#collections = new ChromaCollections(connection, collectionName);
  }

  async upsert(
    context: TenantContext,
    space: VectorSpace,
    records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
    options: UpsertOptions = {},
  ): Promise<number> {
    const facts = factsOf(context, space);
    return writeRecords(
      { collections: this.#collections, connection: this.#connection, facts },
      records,
      options,
    );
  }

  async query(
    context: TenantContext,
    space: VectorSpace,
    embedding: Float32Array,
    query: VectorQuery,
  ): Promise<VectorAnswer> {
    const reader = this.#reader(context, space);
    checkQuery(space, embedding, query);
    return search(reader, space, embedding, query);
  }

  async get(context: TenantContext, space: VectorSpace, ids: readonly string[]): Promise<VectorRecord[]> {
    const reader = this.#reader(context, space);
    for (const id of ids) checkId(id);
    return reader.records(ids);
  }

  async delete(context: TenantContext, space: VectorSpace, which: VectorSelection): Promise<number> {
    return removeRecords(this.#collections, factsOf(context, space), this.#reader(context, space), which);
  }

  async count(context: TenantContext, space: VectorSpace, filter?: VectorQuery['filter']): Promise<number> {
    const reader = this.#reader(context, space);
    return filter ? (await matchingIds(reader, filter)).length : reader.count();
  }

  /** Chroma does not tell how much it keeps on disk. */
  async stats(context: TenantContext, space: VectorSpace): Promise<VectorStats> {
    return { vectors: await this.#reader(context, space).count(), bytes: undefined, index: 'ready' };
  }

  /** Chroma has no order of ids: all of them are read first, some 100 bytes each in memory. */
  async *scan(
    context: TenantContext,
    space: VectorSpace,
    { after, batch = SCAN_BATCH }: { readonly after?: string; readonly batch?: number } = {},
  ): AsyncGenerator<readonly VectorRecord[]> {
    const reader = this.#reader(context, space);
    if (!Number.isInteger(batch) || batch < 1) throw invalid('A batch must be a whole number from 1');
    const ids = (await reader.ids()).filter((id) => after === undefined || compareCodePoints(id, after) > 0);
    ids.sort(compareCodePoints);
    for (let at = 0; at < ids.length; at += batch) {
      const records = await reader.records(ids.slice(at, at + batch));
      if (records.length > 0) yield records;
    }
  }

  async spaces(context: TenantContext): Promise<readonly VectorSpace[]> {
    return (await this.#collections.list(checkedTenant(context))).map(({ facts }) => facts.space);
  }

  /** Tenants that have a collection, in no order. */
  async tenants(): Promise<readonly string[]> {
    return [...new Set((await this.#collections.list()).map(({ facts }) => facts.tenant))];
  }

  async deleteTenant(context: TenantContext): Promise<void> {
    for (const { name } of await this.#collections.list(checkedTenant(context))) {
      await this.#collections.dropNamed(name);
    }
  }

  isAvailable(): Promise<boolean> {
    return this.#connection.answers();
  }

  /** Nothing is open between requests. */
  async close(): Promise<void> {}

  #reader(context: TenantContext, space: VectorSpace): SpaceReader {
    return new SpaceReader(this.#collections, factsOf(context, space));
  }
}

function factsOf(context: TenantContext, space: VectorSpace): CollectionFacts {
  return { tenant: checkedTenant(context), space: checkSpace(space) };
}

import { compileFilter, type Filter } from '../../filters/index.js';
import type { TenantContext } from '../../relational/index.js';
import {
  byDocument,
  checkedRecord,
  checkedTenant,
  checkId,
  checkQuery,
  checkSpace,
  compareCodePoints,
  distanceOf,
  documentBatches,
  invalid,
  Nearest,
  scoreOf,
  wrongDimensions,
} from '../records/index.js';
import type {
  UpsertOptions,
  VectorAnswer,
  VectorHit,
  VectorQuery,
  VectorRecord,
  VectorSelection,
  VectorSpace,
  VectorStats,
  VectorStore,
} from '../store.js';

interface MemorySpace {
  readonly space: VectorSpace;
  readonly records: Map<string, VectorRecord>;
}

const BATCH = 500;

/**
 * A vector store in memory that computes everything the plain way: what other stores are compared with, and what tests
 * of other things use. It forgets all when it is closed.
 */
export class MemoryVectorStore implements VectorStore {
  readonly kind: string = 'memory';
  readonly #tenants = new Map<string, Map<string, MemorySpace>>();

  async upsert(
    context: TenantContext,
    space: VectorSpace,
    records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
    { signal, onProgress }: UpsertOptions = {},
  ): Promise<number> {
    this.#find(context, space);
    const documents = byDocument(records, (record) => checkedRecord(record, space));
    let written = 0;
    for await (const batch of documentBatches(documents, (kept, next) => kept.length + next.length > BATCH)) {
      signal?.throwIfAborted();
      const target = this.#open(context, space);
      for (const record of batch) target.set(record.id, copied(record));
      written += batch.length;
      onProgress?.(written);
    }
    return written;
  }

  async query(
    context: TenantContext,
    space: VectorSpace,
    embedding: Float32Array,
    query: VectorQuery,
  ): Promise<VectorAnswer> {
    const records = this.#find(context, space);
    checkQuery(space, embedding, query);
    const distance = distanceOf(space.metric);
    const nearest = new Nearest<VectorRecord & { readonly distance: number }>(query.topK);
    for (const record of matching(records, query.filter)) {
      nearest.add({ ...record, distance: distance(embedding, record.embedding) });
    }
    const hits = nearest.ranked().map((found) => toHit(found, space, query));
    if (hits.length === query.topK) return { hits };
    return { hits, short: hits.length < records.size ? 'few-matches' : 'few-vectors' };
  }

  async get(context: TenantContext, space: VectorSpace, ids: readonly string[]): Promise<VectorRecord[]> {
    const records = this.#find(context, space);
    for (const id of ids) checkId(id);
    return ids.flatMap((id) => records.get(id) ?? []).map(copied);
  }

  async delete(context: TenantContext, space: VectorSpace, which: VectorSelection): Promise<number> {
    const records = this.#find(context, space);
    const ids = selected(records, which);
    for (const id of ids) records.delete(id);
    return ids.length;
  }

  async count(context: TenantContext, space: VectorSpace, filter?: Filter): Promise<number> {
    return matching(this.#find(context, space), filter).length;
  }

  async stats(context: TenantContext, space: VectorSpace): Promise<VectorStats> {
    return { vectors: this.#find(context, space).size, bytes: undefined, index: 'exact' };
  }

  async *scan(
    context: TenantContext,
    space: VectorSpace,
    { after, batch = BATCH }: { readonly after?: string; readonly batch?: number } = {},
  ): AsyncGenerator<readonly VectorRecord[]> {
    const records = this.#find(context, space);
    const ids = [...records.keys()].filter((id) => after === undefined || compareCodePoints(id, after) > 0);
    ids.sort(compareCodePoints);
    for (let at = 0; at < ids.length; at += batch) {
      const part = ids.slice(at, at + batch).flatMap((id) => records.get(id) ?? []);
      if (part.length > 0) yield part.map(copied);
    }
  }

  async spaces(context: TenantContext): Promise<readonly VectorSpace[]> {
    return [...(this.#tenants.get(checkedTenant(context))?.values() ?? [])].map(({ space }) => space);
  }

  async tenants(): Promise<readonly string[]> {
    return [...this.#tenants.keys()];
  }

  async deleteTenant(context: TenantContext): Promise<void> {
    this.#tenants.delete(checkedTenant(context));
  }

  async isAvailable(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {
    this.#tenants.clear();
  }

  #find(context: TenantContext, space: VectorSpace): Map<string, VectorRecord> {
    checkSpace(space);
    const found = this.#tenants.get(checkedTenant(context))?.get(keyOf(space));
    if (!found) return new Map();
    if (found.space.dimensions !== space.dimensions) throw wrongDimensions(found.space, space.dimensions);
    if (found.space.metric !== space.metric) throw invalid('This space is compared by another metric');
    return found.records;
  }

  #open(context: TenantContext, space: VectorSpace): Map<string, VectorRecord> {
    const tenant = this.#tenants.get(context.tenantId) ?? new Map<string, MemorySpace>();
    this.#tenants.set(context.tenantId, tenant);
    const opened = tenant.get(keyOf(space)) ?? { space: { ...space }, records: new Map() };
    tenant.set(keyOf(space), opened);
    return opened.records;
  }
}

function keyOf({ name, model }: VectorSpace): string {
  return JSON.stringify([name, model]);
}

function copied(record: VectorRecord): VectorRecord {
  return { ...record, metadata: structuredClone(record.metadata), embedding: record.embedding.slice() };
}

function matching(records: ReadonlyMap<string, VectorRecord>, filter: Filter | undefined): VectorRecord[] {
  const all = [...records.values()];
  if (filter === undefined) return all;
  const accepts = compileFilter(filter);
  return all.filter(({ metadata }) => accepts(metadata));
}

function selected(records: ReadonlyMap<string, VectorRecord>, which: VectorSelection): string[] {
  if (which === 'all') return [...records.keys()];
  if ('ids' in which) return [...new Set(which.ids)].filter((id) => records.has(id));
  if ('filter' in which) return matching(records, which.filter).map(({ id }) => id);
  const documents = new Set(which.documentIds);
  return [...records.values()]
    .filter(({ documentId }) => documentId !== null && documents.has(documentId))
    .map(({ id }) => id);
}

function toHit(
  { id, documentId, text, metadata, embedding, distance }: VectorRecord & { readonly distance: number },
  { metric }: VectorSpace,
  { withEmbeddings }: VectorQuery,
): VectorHit {
  const hit = { id, documentId, text, metadata, distance, score: scoreOf(metric, distance) };
  return withEmbeddings ? { ...hit, embedding } : hit;
}

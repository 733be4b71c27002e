import { canonicalFilter, type Filter } from '../../filters/index.js';
import type { RelationalProvider, Row, TenantContext } from '../../relational/index.js';
import { encodeVector, readHalfVector } from '../encode.js';
import { checkQuery, checkSpace, scoreOf } from '../records/index.js';
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
import { asVectorStore } from './failures.js';
import * as queries from './queries.js';
import { writeRecords } from './write-records.js';

const RECALL = 0.98;
const SCANNED_AT_ONCE = 1_000;

type StoredRecord = Omit<VectorRecord, 'embedding'> & { readonly embedding: Uint8Array };
type FoundRecord = Omit<VectorHit, 'score' | 'embedding'> & {
  readonly vectors: number;
  readonly embedding?: Uint8Array;
};

/** The vectors of a PostgreSQL with pgvector, on a server or embedded, in tables that row-level security guards. */
export function pgvectorStore(provider: RelationalProvider): VectorStore {
  return new PgvectorStore(provider);
}

class PgvectorStore implements VectorStore {
  readonly kind = 'pgvector';
  readonly #provider: RelationalProvider;

  constructor(provider: RelationalProvider) {
    this.#provider = provider;
  }

  upsert(
    context: TenantContext,
    space: VectorSpace,
    records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
    options: UpsertOptions = {},
  ): Promise<number> {
    return asVectorStore(context, () =>
      writeRecords(this.#provider, context, checkSpace(space), records, options),
    );
  }

  async query(
    context: TenantContext,
    space: VectorSpace,
    embedding: Float32Array,
    query: VectorQuery,
  ): Promise<VectorAnswer> {
    checkQuery(checkSpace(space), embedding, query);
    const { topK, recall = RECALL, withEmbeddings = false } = query;
    const text = withEmbeddings ? queries.NEAREST_WITH_EMBEDDINGS : queries.NEAREST;
    const values = [encodeVector(embedding), topK, recall, canonical(query.filter)];
    const rows = await this.#rows<FoundRecord & Row>(context, space, text, values);
    const hits = rows.filter(({ id }) => id !== null).map((row) => toHit(space, row));
    if (hits.length >= topK) return { hits };
    const stored = rows[0]?.vectors ?? 0;
    return { hits, short: hits.length < stored ? 'few-matches' : 'few-vectors' };
  }

  async get(context: TenantContext, space: VectorSpace, ids: readonly string[]): Promise<VectorRecord[]> {
    if (ids.length === 0) return [];
    const rows = await this.#rows<StoredRecord & Row>(context, space, queries.GET, [[...ids]]);
    return rows.map(toRecord);
  }

  delete(context: TenantContext, space: VectorSpace, which: VectorSelection): Promise<number> {
    return asVectorStore(context, async () => {
      const { text, values } = deletion(which);
      const statement = { text, values: [...placeOf(checkSpace(space)), ...values] };
      return (await this.#provider.query(context, statement)).affected;
    });
  }

  async count(context: TenantContext, space: VectorSpace, filter?: Filter): Promise<number> {
    const [text, values] = filter ? [queries.COUNT_MATCHING, [canonical(filter)]] : [queries.COUNT, []];
    const [row] = await this.#rows<{ amount: number }>(context, space, text, values);
    return row?.amount ?? 0;
  }

  async stats(context: TenantContext, space: VectorSpace): Promise<VectorStats> {
    const [row] = await this.#rows<{ vectors: number; state: string; bytes: number }>(
      context,
      space,
      queries.STATS,
      [],
    );
    if (!row) return { vectors: 0, bytes: 0, index: 'exact' };
    return { vectors: row.vectors, bytes: Math.round(row.bytes), index: indexState(row.state) };
  }

  async *scan(
    context: TenantContext,
    space: VectorSpace,
    { after, batch = SCANNED_AT_ONCE }: { readonly after?: string; readonly batch?: number } = {},
  ): AsyncGenerator<readonly VectorRecord[]> {
    for (let last = after ?? null; ; ) {
      const rows = await this.#rows<StoredRecord & Row>(context, space, queries.SCAN, [last, batch]);
      if (rows.length > 0) yield rows.map(toRecord);
      if (rows.length < batch) return;
      last = rows.at(-1)?.id ?? null;
    }
  }

  spaces(context: TenantContext): Promise<readonly VectorSpace[]> {
    return asVectorStore(context, async () => {
      const statement = { text: queries.SPACES };
      return (await this.#provider.query<VectorSpace & Row>(context, statement, { access: 'read' })).rows;
    });
  }

  async deleteTenant(context: TenantContext): Promise<void> {
    await asVectorStore(context, () => this.#provider.query(context, { text: queries.DELETE_SPACES }));
  }

  isAvailable(): Promise<boolean> {
    return this.#provider.isAvailable();
  }

  /** The database belongs to who opened it. */
  async close(): Promise<void> {}

  #rows<R extends Row>(
    context: TenantContext,
    space: VectorSpace,
    text: string,
    values: readonly unknown[],
  ): Promise<R[]> {
    return asVectorStore(context, async () => {
      const statement = { text, values: [...placeOf(checkSpace(space)), ...values] };
      return (await this.#provider.query<R>(context, statement, { access: 'read' })).rows;
    });
  }
}

function placeOf({ name, model, dimensions, metric }: VectorSpace): unknown[] {
  return [name, model, dimensions, metric];
}

function canonical(filter: Filter | undefined): string | null {
  return filter ? JSON.stringify(canonicalFilter(filter)) : null;
}

function deletion(which: VectorSelection): { text: string; values: unknown[] } {
  if (which === 'all') return { text: queries.DELETE_ALL, values: [] };
  if ('ids' in which) return { text: queries.DELETE_BY_ID, values: [[...which.ids]] };
  if ('documentIds' in which) return { text: queries.DELETE_BY_DOCUMENT, values: [[...which.documentIds]] };
  return { text: queries.DELETE_MATCHING, values: [canonical(which.filter)] };
}

function toHit({ metric }: VectorSpace, { vectors: _, embedding, ...record }: FoundRecord): VectorHit {
  const hit = { ...record, score: scoreOf(metric, record.distance) };
  return embedding ? { ...hit, embedding: readHalfVector(embedding) } : hit;
}

function toRecord({ embedding, ...record }: StoredRecord): VectorRecord {
  return { ...record, embedding: readHalfVector(embedding) };
}

function indexState(state: string): VectorStats['index'] {
  if (state === 'building') return 'building';
  return state.startsWith('ready') ? 'ready' : 'exact';
}

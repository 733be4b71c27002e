import { canonicalFilter, type Filter } from '../../filters/index.js';
import type { RelationalProvider, Row, TenantContext } from '../../relational/index.js';
import { encodeVector, readHalfVector } from '../encode.js';
import { checkQuery, checkSpace, scoreOf } from '../records/index.js';
import type {
  Metric,
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
import { RecallSamples } from './recall-samples.js';
import { writeRecords } from './write-records.js';

const RECALL = 0.98;
/** Recall is told of the ten nearest, as the field does. */
const MEASURED_NEIGHBOURS = 10;
const SCANNED_AT_ONCE = 1_000;
/** An index is searched at most 1,000 wide. */
const MOST_IN_INDEX = 500;
/** A statement of a space for each. */
const LIMITS = [10, 50, MOST_IN_INDEX];
/** Spaces with a statement of their own, each of which every connection keeps. */
const MOST_STATEMENTS = 1_000;
const OPERATORS: Readonly<Record<Metric, string>> = { cosine: '<=>', l2: '<->', inner: '<#>' };

type StoredRecord = Omit<VectorRecord, 'embedding'> & { readonly embedding: Uint8Array };
type FoundRecord = Omit<VectorHit, 'score' | 'embedding'> & {
  readonly spaceId: number;
  readonly indexState: string;
  readonly vectors: number;
  readonly embedding?: Uint8Array;
};

/** The vectors of a PostgreSQL with pgvector, on a server or embedded, in tables that row-level security guards. */
export function pgvectorStore(provider: RelationalProvider): VectorStore {
  return new PgvectorStore(provider);
}

interface IndexQuery {
  readonly vector: ReturnType<typeof encodeVector>;
  readonly topK: number;
  readonly recall: number;
}

class PgvectorStore implements VectorStore {
  readonly kind = 'pgvector';
  readonly #provider: RelationalProvider;
  readonly #samples: RecallSamples;
  /** Spaces whose index was there when they were asked last, by tenant and space. */
  readonly #indexed = new Map<string, number>();

  constructor(provider: RelationalProvider) {
    this.#provider = provider;
    this.#samples = new RecallSamples(provider);
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
    const rows = await this.#nearest(context, space, embedding, query);
    const { topK } = query;
    const hits = rows.filter(({ id }) => id !== null).map((row) => toHit(space, row));
    if (hits.length >= topK) return { hits };
    const stored = rows[0]?.vectors ?? 0;
    return { hits, short: hits.length < stored ? 'few-matches' : 'few-vectors' };
  }

  /** A space whose index is known to be there is asked by a statement that is planned already. */
  async #nearest(
    context: TenantContext,
    space: VectorSpace,
    embedding: Float32Array,
    { topK, recall = RECALL, withEmbeddings = false, filter }: VectorQuery,
  ): Promise<FoundRecord[]> {
    const isPlain = !withEmbeddings && !filter && recall < 1 && topK <= MOST_IN_INDEX;
    const vector = encodeVector(embedding);
    const key = JSON.stringify([context.tenantId, ...placeOf(space)]);
    const indexed = isPlain ? this.#indexed.get(key) : undefined;
    if (indexed !== undefined) {
      const rows = await this.#inIndex(context, indexed, space, { vector, topK, recall });
      if (rows.length > 0) return this.#noted(context, rows, embedding);
      this.#indexed.delete(key);
    }
    const text = withEmbeddings ? queries.NEAREST_WITH_EMBEDDINGS : queries.NEAREST;
    const values = [vector, topK, recall, canonical(filter)];
    const rows = await this.#rows<FoundRecord & Row>(context, space, text, values);
    const [first] = rows;
    if (isPlain && first?.indexState === 'ready' && this.#provider.kind === 'postgres') {
      if (this.#indexed.size >= MOST_STATEMENTS) this.#indexed.clear();
      this.#indexed.set(key, first.spaceId);
    }
    return filter ? rows : this.#noted(context, rows, embedding);
  }

  #inIndex(
    context: TenantContext,
    id: number,
    { dimensions, metric }: VectorSpace,
    { vector, topK, recall }: IndexQuery,
  ) {
    return asVectorStore(context, async () => {
      const most = LIMITS.find((limit) => limit >= topK) ?? topK;
      const text = queries.nearestInSpace(id, dimensions, OPERATORS[metric], most);
      const statement = { name: `aquifer_nearest_${id}_${most}`, text, values: [vector, topK, recall] };
      return (await this.#provider.query<FoundRecord & Row>(context, statement, { access: 'read' })).rows;
    });
  }

  #noted(context: TenantContext, rows: FoundRecord[], question: Float32Array): FoundRecord[] {
    const [first] = rows;
    if (first?.indexState.startsWith('ready')) {
      const { spaceId, vectors } = first;
      this.#samples.note(context, { spaceId, vectors, neighbours: MEASURED_NEIGHBOURS, question });
    }
    return rows;
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

  /** Resolves when what is measured has been measured. The database belongs to who opened it. */
  close(): Promise<void> {
    return this.#samples.idle();
  }

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

function toHit(
  { metric }: VectorSpace,
  { vectors: _, spaceId: __, indexState: ___, embedding, ...record }: FoundRecord,
): VectorHit {
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

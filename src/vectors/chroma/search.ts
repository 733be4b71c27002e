import { compileFilter, type FilteredMetadata } from '../../filters/index.js';
import { distanceOf, Nearest, type Ranked, scoreOf } from '../records/index.js';
import type { VectorAnswer, VectorHit, VectorQuery, VectorRecord, VectorSpace } from '../store.js';
import { narrow } from './narrow.js';
import { ALL, isExact, type Narrowing } from './narrowing.js';
import type { Neighbour, SpaceReader } from './space-reader.js';

/** Beyond what was asked for: nearest by a hair are nearest only after they were computed again. */
const MARGIN = 16;
const GROWTH = 4;
const ROUNDS = 3;
/** What single precision, and lengths that are nearly 1, may misplace. */
const IMPRECISION = 3e-5;

type Found = VectorRecord & Ranked;

/**
 * The nearest, ranked again in double precision. The index is asked for more until what it gives is surely enough;
 * where it does not give enough, everything that Chroma's part of the filter leaves is read.
 */
export async function search(
  reader: SpaceReader,
  space: VectorSpace,
  embedding: Float32Array,
  query: VectorQuery,
): Promise<VectorAnswer> {
  const searching = new Search(reader, space, embedding, query);
  const found = await searching.run();
  const hits = found.map((record) => toHit(record, space, query));
  if (hits.length === query.topK) return { hits };
  const everything = query.filter === undefined || (await reader.count()) <= hits.length;
  return { hits, short: everything ? 'few-vectors' : 'few-matches' };
}

class Search {
  readonly #reader: SpaceReader;
  readonly #embedding: Float32Array;
  readonly #query: VectorQuery;
  readonly #narrowing: Narrowing;
  readonly #accepts: (metadata: FilteredMetadata) => boolean;
  readonly #distance: (left: ArrayLike<number>, right: ArrayLike<number>) => number;

  constructor(reader: SpaceReader, space: VectorSpace, embedding: Float32Array, query: VectorQuery) {
    this.#reader = reader;
    this.#embedding = embedding;
    this.#query = query;
    this.#narrowing = query.filter ? narrow(query.filter) : ALL;
    this.#accepts = query.filter ? compileFilter(query.filter) : () => true;
    this.#distance = distanceOf(space.metric);
  }

  async run(): Promise<Found[]> {
    if (this.#narrowing.kind === 'none') return [];
    if (this.#query.recall === 1) return this.#everything();
    return (await this.#fromIndex()) ?? this.#everything();
  }

  /** Undefined where the index does not give enough. */
  async #fromIndex(): Promise<Found[] | undefined> {
    const { topK, recall = 0.98 } = this.#query;
    // A wider search of the index is one for more: it keeps at least so many candidates as it gives.
    const least = recall > 0.99 ? 800 : recall > 0.98 ? 400 : 0;
    let limit = Math.max(topK + MARGIN, least) * (isExact(this.#narrowing) ? 1 : GROWTH);
    for (let round = 0; round < ROUNDS; round++, limit *= GROWTH) {
      const rows = await this.#reader.nearest(this.#embedding, limit, this.#where);
      const found = this.#ranked(rows);
      if (rows.length < limit) return (await this.#isAll(rows)) ? found : undefined;
      if (found.length === topK && isBeyond(rows, found)) return found;
    }
    return undefined;
  }

  /** An index may give fewer than it has. */
  async #isAll(rows: readonly Neighbour[]): Promise<boolean> {
    const where = this.#where;
    return rows.length >= (where ? (await this.#reader.ids(where)).length : await this.#reader.count());
  }

  async #everything(): Promise<Found[]> {
    const nearest = new Nearest<Found>(this.#query.topK);
    for await (const contents of this.#reader.contents(await this.#reader.ids(this.#where))) {
      const ids = contents.filter(({ metadata }) => this.#accepts(metadata)).map(({ id }) => id);
      for (const record of await this.#reader.records(ids)) nearest.add(this.#measured(record));
    }
    return nearest.ranked();
  }

  #ranked(rows: readonly Neighbour[]): Found[] {
    const nearest = new Nearest<Found>(this.#query.topK);
    for (const row of rows) if (this.#accepts(row.metadata)) nearest.add(this.#measured(row));
    return nearest.ranked();
  }

  #measured<T extends VectorRecord>(record: T): T & Ranked {
    return { ...record, distance: this.#distance(this.#embedding, record.embedding) };
  }

  get #where() {
    return this.#narrowing.kind === 'where' ? this.#narrowing.where : undefined;
  }
}

/** Whether the index went further than the last that is given: what it has not given cannot be as near. */
function isBeyond(rows: readonly Neighbour[], found: readonly Found[]): boolean {
  const given = new Map(rows.map(({ id, indexed }) => [id, indexed]));
  const last = Math.max(...found.map(({ id }) => given.get(id) ?? Number.NaN));
  const furthest = rows.at(-1)?.indexed ?? Number.NaN;
  return furthest - last > Math.max(1, Math.abs(furthest)) * IMPRECISION;
}

function toHit(
  { id, documentId, text, metadata, embedding, distance }: Found,
  space: VectorSpace,
  query: VectorQuery,
): VectorHit {
  const hit = { id, documentId, text, metadata, distance, score: scoreOf(space.metric, distance) };
  return query.withEmbeddings ? { ...hit, embedding } : hit;
}

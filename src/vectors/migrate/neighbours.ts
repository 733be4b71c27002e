import { compareRanked, distanceOf, Nearest, type Ranked } from '../records/index.js';
import type { VectorRecord } from '../store.js';
import { type Precision, rounded } from './digest.js';
import type { Side } from './side.js';

export const NEIGHBOURS = 10;

/** Some vectors, and which of a store's records are nearest to each: computed from all of them. */
export class NeighbourSample {
  readonly #samples: { readonly vector: Float32Array; readonly nearest: Nearest<Ranked> }[];
  readonly #distance: (left: ArrayLike<number>, right: ArrayLike<number>) => number;
  readonly #precision: Precision;

  constructor({ space }: Side, vectors: readonly Float32Array[], precision: Precision) {
    this.#samples = vectors.map((vector) => ({ vector, nearest: new Nearest<Ranked>(NEIGHBOURS) }));
    this.#distance = distanceOf(space.metric);
    this.#precision = precision;
  }

  add({ id, embedding }: VectorRecord): void {
    const vector = rounded(embedding, this.#precision);
    for (const sample of this.#samples) {
      sample.nearest.add({ id, distance: this.#distance(sample.vector, vector) });
    }
  }

  lists(): Ranked[][] {
    return this.#samples.map(({ nearest }) => nearest.ranked());
  }

  /** The share of the nearest that the store's own search finds; 1 where there is nothing to find. */
  async recall({ store, context, space }: Side): Promise<number> {
    let [found, all] = [0, 0];
    for (const { vector, nearest } of this.#samples) {
      const expected = nearest.ranked();
      const furthest = expected.toSorted(compareRanked).at(-1)?.distance ?? 0;
      const { hits } = await store.query(context, space, vector, { topK: NEIGHBOURS });
      // Of several that are equally far, either will do.
      const slack = 1e-3 * Math.max(1e-3, Math.abs(furthest));
      found += Math.min(expected.length, hits.filter(({ distance }) => distance <= furthest + slack).length);
      all += expected.length;
    }
    return all === 0 ? 1 : found / all;
  }
}

/** Vectors to sample, spread over the first records of a store. */
export async function sampleOf(
  { store, context, space }: Side,
  amount: number,
  precision: Precision,
): Promise<Float32Array[]> {
  if (amount === 0) return [];
  for await (const records of store.scan(context, space, { batch: 1000 })) {
    const step = Math.max(1, Math.floor(records.length / amount));
    return records
      .filter((_, at) => at % step === 0)
      .slice(0, amount)
      .map(({ embedding }) => rounded(embedding, precision));
  }
  return [];
}

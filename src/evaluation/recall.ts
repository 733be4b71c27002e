import type { RankedDocument } from './ranking.js';

/** How much of what an exact search finds an approximate one finds too. */
export interface RecallSample {
  readonly k: number;
  readonly queries: number;
  /** Mean over the queries, 0 to 1. */
  readonly mean: number;
  /** Of the query that lost most. */
  readonly worst: number;
  /** Queries that lost something. */
  readonly incomplete: number;
  /** Medians, in milliseconds. */
  readonly exactMs: number;
  readonly approximateMs: number;
}

type Search = (query: string, k: number) => Promise<readonly RankedDocument[]>;

export interface RecallOptions {
  /** @default 10 */
  readonly k?: number;
  readonly onProgress?: (done: number) => void;
}

/** Asks every query exactly and approximately, and compares the first `k`. Errors of the searches end it. */
export async function measureRecall(
  queries: readonly string[],
  exact: Search,
  approximate: Search,
  { k = 10, onProgress }: RecallOptions = {},
): Promise<RecallSample> {
  const recalls: number[] = [];
  const exactMs: number[] = [];
  const approximateMs: number[] = [];
  for (const query of queries) {
    const truth = await timed(() => exact(query, k), exactMs);
    const found = await timed(() => approximate(query, k), approximateMs);
    recalls.push(recallAgainst(truth, found, k));
    onProgress?.(recalls.length);
  }
  return {
    k,
    queries: queries.length,
    mean: recalls.length === 0 ? 1 : recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    worst: recalls.reduce((least, recall) => Math.min(least, recall), 1),
    incomplete: recalls.filter((recall) => recall < 1).length,
    exactMs: medianOf(exactMs),
    approximateMs: medianOf(approximateMs),
  };
}

/**
 * The share of the true first `k` that was found. What scores as much as the last of them is as good as it: which of
 * equals comes first is chance. As the ANN benchmarks count it, https://arxiv.org/abs/1807.05614
 */
export function recallAgainst(
  truth: readonly RankedDocument[],
  found: readonly RankedDocument[],
  k: number,
): number {
  const wanted = truth.slice(0, k);
  if (wanted.length === 0) return 1;
  const last = Math.min(...wanted.map(({ score }) => score));
  const ids = new Set(wanted.map(({ id }) => id));
  const hits = found.slice(0, k).filter(({ id, score }) => ids.has(id) || score >= last);
  return Math.min(hits.length, wanted.length) / wanted.length;
}

async function timed<T>(work: () => Promise<T>, milliseconds: number[]): Promise<T> {
  const started = performance.now();
  const result = await work();
  milliseconds.push(performance.now() - started);
  return result;
}

function medianOf(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length / 2;
  const [low = 0, high = 0] = [ascending[Math.ceil(middle) - 1], ascending[Math.floor(middle)]];
  return (low + high) / 2;
}

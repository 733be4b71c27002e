import type { BeirDataset, BeirQuery } from './beir.js';
import { meanOver, ndcgAt, recallAt, reciprocalRankAt } from './metrics.js';
import { type RankedDocument, type Run, ranked } from './ranking.js';

/** Documents that a run keeps for each query. */
const DEPTH = 100;

/** Finds documents for a query, at most `limit` of them, each with a score that is higher the better it fits. */
export type Retrieve<Mode extends string> = (
  mode: Mode,
  query: string,
  limit: number,
) => Promise<readonly RankedDocument[]>;

export interface EvaluateProgress<Mode extends string> {
  readonly mode: Mode;
  /** Queries of this mode that are done, out of `total`. */
  readonly done: number;
  readonly total: number;
}

export interface EvaluateOptions<Mode extends string> {
  readonly modes: readonly Mode[];
  readonly onProgress?: (progress: EvaluateProgress<Mode>) => void;
}

/** Means over all judged queries, 0 to 1, and the queries answered in a second, one after the other. */
export interface ModeMetrics {
  readonly ndcg10: number;
  readonly recall100: number;
  readonly mrr10: number;
  readonly qps: number;
}

export interface ModeResult extends ModeMetrics {
  readonly run: Run;
}

export interface Evaluation<Mode extends string> {
  /** The name of the data set. */
  readonly dataset: string;
  readonly modes: Readonly<Record<Mode, ModeResult>>;
}

/** Asks every judged query in every mode and scores what comes back. Errors of `retrieve` end it. */
export async function evaluate<Mode extends string>(
  dataset: Pick<BeirDataset, 'name' | 'queries' | 'judgements'>,
  retrieve: Retrieve<Mode>,
  { modes, onProgress }: EvaluateOptions<Mode>,
): Promise<Evaluation<Mode>> {
  const results: Partial<Record<Mode, ModeResult>> = {};
  const total = dataset.queries.length;
  for (const mode of modes) {
    const { run, seconds } = await runAll(
      dataset,
      (query) => retrieve(mode, query, DEPTH + 1),
      (done) => onProgress?.({ mode, done, total }),
    );
    results[mode] = { ...score(dataset, run), qps: seconds > 0 ? total / seconds : 0, run };
  }
  return { dataset: dataset.name, modes: results as Record<Mode, ModeResult> };
}

async function runAll(
  { queries, judgements }: Pick<BeirDataset, 'queries' | 'judgements'>,
  retrieve: (query: string) => Promise<readonly RankedDocument[]>,
  onDone: (done: number) => void,
): Promise<{ run: Run; seconds: number }> {
  const run = new Map<string, readonly RankedDocument[]>();
  let milliseconds = 0;
  for (const query of queries) {
    const started = performance.now();
    const found = await retrieve(query.text);
    milliseconds += performance.now() - started;
    run.set(query.id, ranked(withoutItself(found, query, judgements.get(query.id))).slice(0, DEPTH));
    onDone(run.size);
  }
  return { run, seconds: milliseconds / 1000 };
}

/**
 * In some collections (ArguAna, Quora) the queries are documents themselves. BEIR leaves the document with the
 * query's own id out of the results, which is why one more than `DEPTH` is asked for.
 */
function withoutItself(
  found: readonly RankedDocument[],
  query: BeirQuery,
  grades: ReadonlyMap<string, number> | undefined,
): readonly RankedDocument[] {
  return grades?.has(query.id) ? found : found.filter(({ id }) => id !== query.id);
}

function score({ judgements }: Pick<BeirDataset, 'judgements'>, run: Run): Omit<ModeMetrics, 'qps'> {
  return {
    ndcg10: meanOver(judgements, run, (ranking, grades) => ndcgAt(10, ranking, grades)),
    recall100: meanOver(judgements, run, (ranking, grades) => recallAt(100, ranking, grades)),
    mrr10: meanOver(judgements, run, (ranking, grades) => reciprocalRankAt(10, ranking, grades)),
  };
}

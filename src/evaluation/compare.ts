import { type Grades, ndcgAt, recallAt, reciprocalRankAt } from './metrics.js';
import type { Judgements } from './qrels.js';
import type { RankedDocument, Run } from './ranking.js';
import { pairedTTest, type RandomisationTest, randomisationTest, type TTest } from './significance.js';

export const METRICS = {
  ndcg10: (ranking: readonly RankedDocument[], grades: Grades) => ndcgAt(10, ranking, grades),
  recall100: (ranking: readonly RankedDocument[], grades: Grades) => recallAt(100, ranking, grades),
  mrr10: (ranking: readonly RankedDocument[], grades: Grades) => reciprocalRankAt(10, ranking, grades),
} as const;
export type MetricName = keyof typeof METRICS;

/** What one query gave in two runs. */
export interface QueryDifference {
  readonly query: string;
  readonly first: number;
  readonly second: number;
  /** The second less the first. */
  readonly difference: number;
}

export interface MetricComparison {
  readonly metric: MetricName;
  /** Means over all judged queries. */
  readonly first: number;
  readonly second: number;
  readonly difference: number;
  /** Queries in which the second is better, worse, or the same. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly randomisation: RandomisationTest;
  readonly tTest: TTest;
}

/** Compares two runs over the same judged queries; one that a run does not hold counts as 0. */
export function compareRuns(judgements: Judgements, first: Run, second: Run): MetricComparison[] {
  return (Object.keys(METRICS) as MetricName[]).map((metric) => {
    const queries = compareQueries(judgements, first, second, metric);
    const differences = queries.map(({ difference }) => difference);
    const wins = differences.filter((difference) => difference > 0).length;
    const losses = differences.filter((difference) => difference < 0).length;
    return {
      metric,
      first: meanOf(queries.map((query) => query.first)),
      second: meanOf(queries.map((query) => query.second)),
      difference: meanOf(differences),
      wins,
      losses,
      ties: queries.length - wins - losses,
      randomisation: randomisationTest(differences),
      tTest: pairedTTest(differences),
    };
  });
}

/** Each judged query in both runs, the largest change first, whichever way; equal changes in the order of the judgements. */
export function compareQueries(
  judgements: Judgements,
  first: Run,
  second: Run,
  metric: MetricName,
): QueryDifference[] {
  const measure = METRICS[metric];
  const queries = [...judgements].map(([query, grades]): QueryDifference => {
    const [one, two] = [first, second].map((run) => measure(run.get(query) ?? [], grades)) as [
      number,
      number,
    ];
    return { query, first: one, second: two, difference: two - one };
  });
  return queries.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

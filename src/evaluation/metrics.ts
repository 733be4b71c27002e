import type { Judgements } from './qrels.js';
import type { RankedDocument, Run } from './ranking.js';

/** Document id to grade, for one query. */
export type Grades = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first `k`: linear gain, discount log2(rank + 1), negative grades
 * gain nothing; as `ndcg_cut` of trec_eval. Järvelin & Kekäläinen 2002, https://doi.org/10.1145/582415.582418
 *
 * @param ranking best first, see `ranked()`
 * @returns 0 to 1; 0 where nothing is relevant
 */
export function ndcgAt(k: number, ranking: readonly RankedDocument[], grades: Grades): number {
  const ideal = discountedGain([...grades.values()].toSorted((a, b) => b - a).slice(0, k));
  if (ideal === 0) return 0;
  return discountedGain(ranking.slice(0, k).map(({ id }) => grades.get(id) ?? 0)) / ideal;
}

/**
 * The share of the relevant documents that is among the first `k`; as `recall` of trec_eval. Manning et al. 2008,
 * section 8.3, https://nlp.stanford.edu/IR-book/
 */
export function recallAt(k: number, ranking: readonly RankedDocument[], grades: Grades): number {
  const relevant = [...grades.values()].filter((grade) => grade > 0).length;
  if (relevant === 0) return 0;
  return ranking.slice(0, k).filter(({ id }) => isRelevant(grades, id)).length / relevant;
}

/**
 * One divided by the rank of the first relevant document among the first `k`, or 0; as `recip_rank` of trec_eval,
 * cut off. Voorhees 1999, https://trec.nist.gov/pubs/trec8/papers/qa_report.pdf
 */
export function reciprocalRankAt(k: number, ranking: readonly RankedDocument[], grades: Grades): number {
  const at = ranking.slice(0, k).findIndex(({ id }) => isRelevant(grades, id));
  return at === -1 ? 0 : 1 / (at + 1);
}

/** The mean of a metric over all judged queries; a query that the run does not hold counts as 0. */
export function meanOver(
  judgements: Judgements,
  run: Run,
  metric: (ranking: readonly RankedDocument[], grades: Grades) => number,
): number {
  let sum = 0;
  for (const [query, grades] of judgements) sum += metric(run.get(query) ?? [], grades);
  return judgements.size === 0 ? 0 : sum / judgements.size;
}

function discountedGain(grades: readonly number[]): number {
  return grades.reduce((sum, grade, at) => sum + Math.max(0, grade) / Math.log2(at + 2), 0);
}

function isRelevant(grades: Grades, id: string): boolean {
  return (grades.get(id) ?? 0) > 0;
}

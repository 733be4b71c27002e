export { type BeirDataset, type BeirDocument, type BeirQuery, readBeirDataset } from './beir.js';
export {
  compareQueries,
  compareRuns,
  METRICS,
  type MetricComparison,
  type MetricName,
  type QueryDifference,
} from './compare.js';
export { perQueryLines, toComparisonTable, toQueryTable } from './comparison-report.js';
export {
  type EvaluateOptions,
  type EvaluateProgress,
  type Evaluation,
  evaluate,
  type ModeMetrics,
  type ModeResult,
  type Retrieve,
} from './evaluate.js';
export { type LoadResult, loadDataset } from './load.js';
export { type Grades, meanOver, ndcgAt, recallAt, reciprocalRankAt } from './metrics.js';
export type { Judgements } from './qrels.js';
export { type RankedDocument, type Run, ranked } from './ranking.js';
export { measureRecall, type RecallOptions, type RecallSample, recallAgainst } from './recall.js';
export { type EvaluationReport, type ReportTable, toReport, toReportTable } from './report.js';
export { pairedTTest, type RandomisationTest, randomisationTest, type TTest } from './significance.js';
export { readTrecRun, trecLines, writeTrecRun } from './trec.js';

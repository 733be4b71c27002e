export type { CacheSource } from './cache-collector.js';
export type { KnowledgeOptions } from './knowledge-collector.js';
export {
  type IndexBuildFigures,
  type KnowledgeFigures,
  type KnowledgeSource,
  knowledgeFigures,
} from './knowledge-figures.js';
export { createMetrics, Metrics, type MetricsOptions } from './metrics.js';
export { type RecallEstimate, recallEstimates } from './recall.js';

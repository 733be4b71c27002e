export type { CacheSource } from './cache-collector.js';
export type { KnowledgeSource } from './knowledge-collector.js';
export { createMetrics, Metrics, type MetricsOptions } from './metrics.js';

import { EMBEDDING_METRICS } from './embedding-metrics.js';
import type { KnowledgeMetric } from './knowledge-metric.js';
import { SEARCH_METRICS } from './search-metrics.js';
import { VECTOR_METRICS } from './vector-metrics.js';

/** All of them, but for the histogram of durations. */
export const KNOWLEDGE_METRICS: readonly KnowledgeMetric[] = [
  ...SEARCH_METRICS,
  ...VECTOR_METRICS,
  ...EMBEDDING_METRICS,
];

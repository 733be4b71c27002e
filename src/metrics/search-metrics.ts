import type { KnowledgeMetric } from './knowledge-metric.js';

export const SEARCH_METRICS: readonly KnowledgeMetric[] = [
  {
    name: 'aquifer_searches_total',
    help: 'Searches.',
    kind: 'counter',
    labels: ['mode', 'of'],
    samples: (source) =>
      source.searches().searches.map(({ mode, of, searches }) => [{ mode, of }, searches] as const),
  },
  {
    name: 'aquifer_searches_short_total',
    help: 'Searches that gave fewer results than were asked for, by why.',
    kind: 'counter',
    labels: ['mode', 'reason'],
    samples: (source) =>
      source.searches().short.map(({ mode, reason, searches }) => [{ mode, reason }, searches] as const),
  },
  {
    name: 'aquifer_search_routes_total',
    help: 'Ways to the nearest, by space; words alone are one of them.',
    kind: 'counter',
    labels: ['route'],
    samples: (source) =>
      Object.entries(source.searches().routes).map(([route, searches]) => [{ route }, searches] as const),
  },
  {
    name: 'aquifer_search_seconds',
    help: 'How long the last thousand searches took: as a whole, and by phase.',
    kind: 'gauge',
    labels: ['phase', 'quantile'],
    samples: (source) =>
      Object.entries(source.searches().durations).flatMap(([phase, { quantiles }]) =>
        Object.entries(quantiles).map(([quantile, value]) => [{ phase, quantile }, value] as const),
      ),
  },
];

import type { KnowledgeMetric } from './knowledge-metric.js';

export const EMBEDDING_METRICS: readonly KnowledgeMetric[] = [
  {
    name: 'aquifer_embedding_tokens_total',
    help: 'Tokens that were embedded.',
    kind: 'counter',
    labels: ['model'],
    samples: (source) => source.usage().map(({ model, tokens }) => [{ model }, tokens] as const),
  },
  {
    name: 'aquifer_embedding_cost_dollars_total',
    help: 'What embedding them cost, by the prices of the registry.',
    kind: 'counter',
    labels: ['model'],
    samples: (source) => source.usage().map(({ model, cost }) => [{ model }, cost] as const),
  },
  {
    name: 'aquifer_embedding_backlog_documents',
    help: 'Documents that wait to be embedded, and those that are not tried any more.',
    kind: 'gauge',
    labels: ['state'],
    samples: async (source) => {
      const { documents, dead } = await source.backlog();
      return [
        [{ state: 'waiting' }, documents],
        [{ state: 'dead' }, dead],
      ];
    },
  },
  {
    name: 'aquifer_embedding_backlog_seconds',
    help: 'Since the document that waits longest was changed.',
    kind: 'gauge',
    labels: [],
    samples: async (source) => [[{}, (await source.backlog()).oldestMs / 1000]],
  },
];

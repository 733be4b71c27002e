import { Counter, Gauge, type Registry } from 'prom-client';
import type { UsageTotals } from '../embeddings/index.js';
import type { EmbeddingBacklog } from '../pipeline/index.js';
import type { SearchFigures } from '../search/index.js';
import type { CollectionFigures } from '../vectors/index.js';

/** Whatever tells the figures of a data layer's search, vectors and embedding. */
export interface KnowledgeSource {
  searches(): SearchFigures;
  /** Since the start of this process. */
  usage(): readonly UsageTotals[];
  /** Of all tenants. */
  collections(): Promise<readonly CollectionFigures[]>;
  backlog(): Promise<EmbeddingBacklog>;
}

type Sample = readonly [labels: Record<string, string>, value: number];

interface KnowledgeMetric {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  samples(source: KnowledgeSource): Promise<readonly Sample[]> | readonly Sample[];
}

const COUNTERS: readonly KnowledgeMetric[] = [
  {
    name: 'aquifer_searches_total',
    help: 'Searches.',
    labels: ['mode'],
    samples: (source) => byLabel('mode', source.searches().searches),
  },
  {
    name: 'aquifer_searches_short_total',
    help: 'Searches that gave fewer results than were asked for.',
    labels: ['mode'],
    samples: (source) => byLabel('mode', source.searches().short),
  },
  {
    name: 'aquifer_embedding_tokens_total',
    help: 'Tokens that were embedded.',
    labels: ['model'],
    samples: (source) => source.usage().map(({ model, tokens }) => [{ model }, tokens]),
  },
  {
    name: 'aquifer_embedding_cost_dollars_total',
    help: 'What embedding them cost, by the prices of the registry.',
    labels: ['model'],
    samples: (source) => source.usage().map(({ model, cost }) => [{ model }, cost]),
  },
];

const GAUGES: readonly KnowledgeMetric[] = [
  {
    name: 'aquifer_search_seconds',
    help: 'How long the last thousand searches took: as a whole, and by phase within the database.',
    labels: ['phase', 'quantile'],
    samples: (source) =>
      Object.entries(source.searches().seconds).flatMap(([phase, quantiles]) =>
        Object.entries(quantiles).map(([quantile, value]) => [{ phase, quantile }, value] as const),
      ),
  },
  {
    name: 'aquifer_vectors',
    help: 'Vectors, by collection and model, over all tenants.',
    labels: ['collection', 'model'],
    samples: async (source) =>
      (await source.collections()).map(({ collection, model, vectors }) => [{ collection, model }, vectors]),
  },
  {
    name: 'aquifer_vector_bytes',
    help: 'Bytes of their rows, without indexes.',
    labels: ['collection', 'model'],
    samples: async (source) =>
      (await source.collections()).map(({ collection, model, bytes }) => [{ collection, model }, bytes]),
  },
  {
    name: 'aquifer_vector_indexes',
    help: 'Spaces with an index of their own.',
    labels: ['collection', 'model'],
    samples: async (source) =>
      (await source.collections()).map(({ collection, model, indexed }) => [{ collection, model }, indexed]),
  },
  {
    name: 'aquifer_embedding_backlog_documents',
    help: 'Documents that wait to be embedded, and those that are not tried any more.',
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
    labels: [],
    samples: async (source) => [[{}, (await source.backlog()).oldestMs / 1000]],
  },
];

/** Puts the metrics of a data layer's knowledge into a registry; figures are taken when they are asked for. */
export function registerKnowledge(registry: Registry, source: KnowledgeSource): void {
  for (const { name, help, labels, samples } of COUNTERS) {
    new Counter({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      async collect() {
        const taken = await samples(source);
        this.reset();
        for (const [with_, value] of taken) this.inc(with_, value);
      },
    });
  }
  for (const { name, help, labels, samples } of GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      async collect() {
        const taken = await samples(source);
        this.reset();
        for (const [with_, value] of taken) this.set(with_, value);
      },
    });
  }
}

function byLabel(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([value, count]) => [{ [label]: value }, count]);
}

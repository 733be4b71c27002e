import type { CollectionFigures } from '../vectors/index.js';
import type { KnowledgeSource } from './knowledge-figures.js';
import type { RecallEstimate } from './recall.js';

/** A value and what it is of. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** One metric of knowledge: how it is described, and what a data layer says of it. */
export interface KnowledgeMetric {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels: readonly string[];
  samples(source: KnowledgeSource): Promise<readonly Sample[]> | readonly Sample[];
}

const SEARCH: readonly KnowledgeMetric[] = [
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
    name: 'aquifer_search_route_samples_total',
    help: 'Ways to the nearest of a sample of searches, one in 200: a space each, or words alone.',
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

const VECTORS: readonly KnowledgeMetric[] = [
  {
    name: 'aquifer_vectors',
    help: 'Vectors, by collection and model, over all tenants.',
    kind: 'gauge',
    labels: ['collection', 'model'],
    samples: (source) => ofCollections(source, ({ vectors }) => vectors),
  },
  {
    name: 'aquifer_vector_bytes',
    help: 'Bytes of their rows, without indexes.',
    kind: 'gauge',
    labels: ['collection', 'model'],
    samples: (source) => ofCollections(source, ({ bytes }) => bytes),
  },
  {
    name: 'aquifer_vector_indexes',
    help: 'Spaces with an index of their own.',
    kind: 'gauge',
    labels: ['collection', 'model'],
    samples: (source) => ofCollections(source, ({ indexed }) => indexed),
  },
  {
    name: 'aquifer_vector_recall',
    help: 'Of the truly nearest ten, the share that indexes found for sampled questions, as wide as they are searched.',
    kind: 'gauge',
    labels: ['model', 'space'],
    samples: async (source) => recallByModel(await source.recall()),
  },
  {
    name: 'aquifer_vector_recall_questions',
    help: 'Questions that this was measured with.',
    kind: 'gauge',
    labels: ['model'],
    samples: async (source) =>
      byModel(await source.recall()).map(([model, spaces]) => [
        { model },
        sum(spaces, ({ questions }) => questions),
      ]),
  },
  {
    name: 'aquifer_vector_index_builds_total',
    help: 'Indexes of vectors that this process built.',
    kind: 'counter',
    labels: ['outcome'],
    samples: (source) => {
      const { built, failed } = source.indexBuilds();
      return [
        [{ outcome: 'built' }, built],
        [{ outcome: 'failed' }, failed],
      ];
    },
  },
  {
    name: 'aquifer_vector_index_build_seconds_total',
    help: 'Time that building them took.',
    kind: 'counter',
    labels: [],
    samples: (source) => [[{}, source.indexBuilds().seconds]],
  },
  {
    name: 'aquifer_vector_index_build_last_seconds',
    help: 'Time that building the last one took.',
    kind: 'gauge',
    labels: [],
    samples: (source) => {
      const { lastSeconds } = source.indexBuilds();
      return lastSeconds === undefined ? [] : [[{}, lastSeconds]];
    },
  },
];

const EMBEDDING: readonly KnowledgeMetric[] = [
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

/** All of them, but for the histogram of durations. */
export const KNOWLEDGE_METRICS: readonly KnowledgeMetric[] = [...SEARCH, ...VECTORS, ...EMBEDDING];

/** Tenants name collections as they like: the largest are told by name, and all others as one. */
const NAMED_COLLECTIONS = 50;
const OTHERS = '(others)';

async function ofCollections(
  source: KnowledgeSource,
  value: (figures: CollectionFigures) => number,
): Promise<Sample[]> {
  const largest = [...(await source.vectors())].sort((one, other) => other.vectors - one.vectors);
  const others = new Map<string, number>();
  for (const figures of largest.slice(NAMED_COLLECTIONS)) {
    others.set(figures.model, (others.get(figures.model) ?? 0) + value(figures));
  }
  return [
    ...largest
      .slice(0, NAMED_COLLECTIONS)
      .map((figures) => [{ collection: figures.collection, model: figures.model }, value(figures)] as const),
    ...[...others].map(([model, total]) => [{ collection: OTHERS, model }, total] as const),
  ];
}

function recallByModel(estimates: readonly RecallEstimate[]): Sample[] {
  return byModel(estimates).flatMap(([model, spaces]) => {
    const questions = sum(spaces, (space) => space.questions);
    const found = sum(spaces, (space) => space.recall * space.questions);
    return [
      [{ model, space: 'all' }, questions > 0 ? found / questions : 0],
      [{ model, space: 'worst' }, Math.min(...spaces.map(({ recall }) => recall))],
    ] as const;
  });
}

function byModel(estimates: readonly RecallEstimate[]): (readonly [string, readonly RecallEstimate[]])[] {
  const models = new Set(estimates.map(({ model }) => model));
  return [...models].map((model) => [model, estimates.filter((one) => one.model === model)] as const);
}

function sum<T>(list: readonly T[], value: (one: T) => number): number {
  return list.reduce((total, one) => total + value(one), 0);
}

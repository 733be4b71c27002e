import type { CollectionFigures } from '../vectors/index.js';
import type { KnowledgeSource } from './knowledge-figures.js';
import type { KnowledgeMetric, Sample } from './knowledge-metric.js';
import type { RecallEstimate } from './recall.js';

export const VECTOR_METRICS: readonly KnowledgeMetric[] = [
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
    help: 'Of the truly nearest, the share that indexes found for sampled questions, as wide as they are searched.',
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

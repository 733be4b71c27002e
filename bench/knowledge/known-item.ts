import { createDataLayer, type DataLayer } from '../../src/layer/index.js';
import { SEARCH_MODES, type SearchMode } from '../../src/search/index.js';
import { type Measurement, measured, relative } from '../harness/measurement.js';
import { mean, percentile } from '../harness/statistics.js';
import { timed } from '../harness/timing.js';
import { withDatabase } from '../relational/server.js';
import type { KnownQuestion } from './data.js';
import type { Field } from './field.js';
import { FullTextReference } from './full-text.js';
import { loadDocuments, sourceOf, TENANT } from './load-documents.js';
import { questionEmbedder } from './question-embedder.js';

const FIRST = 10;
const WARM_UP = 50;
/** It takes hundreds of milliseconds. */
const REFERENCE_QUESTIONS = 100;

/** The question's document among the first ten, through the public search; how long a search takes. */
export async function measureKnownItems(field: Field): Promise<Measurement[]> {
  const { knowledge, context, settings } = field;
  const embedder = questionEmbedder(knowledge);
  return withDatabase(settings.server, async (url) => {
    const relational = { provider: 'postgres' as const, url, pool: { min: 0, max: settings.connections } };
    const layer = await createDataLayer({ relational, embedder }, { env: {}, file: false });
    try {
      context.progress(`${knowledge.passages.length} passages as chunks of their documents`);
      const { ms } = await timed(() => loadDocuments(url, knowledge, layer));
      context.note(
        `documents: ${Math.round((knowledge.passages.length / ms) * 1000)} chunks/s with words, vectors and their index`,
      );
      const modes = await searchInModes(field, layer);
      const reference = await FullTextReference.create(url, context);
      const lexicalRatio = await reference.compare(layer, knowledge.questions.slice(0, REFERENCE_QUESTIONS));
      return [
        ...modes,
        relative('lexical_vs_ts_rank', lexicalRatio, 'ratio', 'OR-tsquery on GIN ranked by ts_rank_cd'),
      ];
    } finally {
      await layer.close();
    }
  });
}

interface Answer {
  readonly ms: number;
  /** Of the known document among the first ten, from 1; Infinity where it is not. */
  readonly rank: number;
}

async function searchInModes({ knowledge, context }: Field, layer: DataLayer): Promise<Measurement[]> {
  const answers = new Map<SearchMode, Answer[]>(SEARCH_MODES.map((mode) => [mode, []]));
  context.progress(`${knowledge.questions.length} questions in three modes`);
  for (const [index, question] of [
    ...knowledge.questions.slice(0, WARM_UP),
    ...knowledge.questions,
  ].entries()) {
    for (const mode of SEARCH_MODES) {
      const answer = await ask(layer, question, mode);
      if (index >= WARM_UP) answers.get(mode)?.push(answer);
    }
  }
  return SEARCH_MODES.flatMap((mode) => measurementsOf(mode, answers.get(mode) ?? []));
}

async function ask(layer: DataLayer, question: KnownQuestion, mode: SearchMode): Promise<Answer> {
  const scope = layer.scope({ tenantId: TENANT });
  const { value, ms } = await timed(() =>
    scope.search(question.text, { mode, limit: FIRST, perDocument: 1 }),
  );
  const place = value.findIndex(({ source }) => source === sourceOf(question));
  return { ms, rank: place < 0 ? Number.POSITIVE_INFINITY : place + 1 };
}

function measurementsOf(mode: SearchMode, answers: readonly Answer[]): Measurement[] {
  const found = mean(answers.map(({ rank }) => (rank <= FIRST ? 1 : 0)));
  const times = answers.map(({ ms }) => ms);
  return [
    relative(`known_item_found_${mode}`, found, 'share', 'the known document among the first ten documents'),
    relative(`known_item_mrr_${mode}`, mean(answers.map(({ rank }) => 1 / rank)), 'share', 'MRR@10'),
    measured(`known_item_${mode}_p50_ms`, percentile(times, 0.5), 'ms'),
    measured(`known_item_${mode}_p95_ms`, percentile(times, 0.95), 'ms'),
  ];
}

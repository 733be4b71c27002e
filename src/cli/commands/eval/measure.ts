import { loadConfig } from '../../../config/index.js';
import { type Embedder, openEmbedder } from '../../../embeddings/index.js';
import {
  type BeirDataset,
  type Evaluation,
  evaluate,
  loadDataset,
  measureRecall,
  type RecallSample,
} from '../../../evaluation/index.js';
import { openDataLayer, type Scope } from '../../../layer/index.js';
import { openReranker, type Reranker } from '../../../rerank/index.js';
import type { SearchMode, SearchOptions } from '../../../search/index.js';
import { createProgress } from '../../output/progress.js';
import type { EvalSettings } from './settings.js';

export interface MeasureOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
  /** The k of recall@k, where it is wanted. */
  readonly recall?: number;
}

export interface Measured {
  readonly evaluation: Evaluation<SearchMode>;
  readonly recall?: RecallSample;
}

/** Loads a data set into a tenant of its own and asks its questions. */
export async function measure(
  dataset: BeirDataset,
  settings: EvalSettings,
  options: MeasureOptions,
): Promise<Measured> {
  const embedder = settings.model === undefined ? undefined : await openEmbedder(settings.model);
  const reranker = settings.rerank === undefined ? undefined : openReranker(settings.rerank);
  try {
    return await inScope(dataset, settings, options, embedder, async (scope) => {
      await load(scope, dataset, options);
      const evaluation = await ask(scope, dataset, settings, reranker, options);
      if (options.recall === undefined) return { evaluation };
      return { evaluation, recall: await sampleRecall(scope, dataset, options.recall, options) };
    });
  } finally {
    await reranker?.close?.();
  }
}

async function inScope<T>(
  dataset: BeirDataset,
  { fusionWeight }: EvalSettings,
  { dataDir }: MeasureOptions,
  embedder: Embedder | undefined,
  work: (scope: Scope) => Promise<T>,
): Promise<T> {
  const overrides = {
    ...(dataDir !== undefined && { dataDir }),
    ...(fusionWeight !== undefined && { search: { fusionWeight } }),
  };
  const config = await loadConfig({ overrides, overridesName: 'command line' });
  for (const warning of config.warnings) process.stderr.write(`warning: ${warning}\n`);
  const layer = await openDataLayer(config, embedder && { embedder });
  try {
    return await work(layer.scope({ tenantId: tenantOf(dataset, embedder), actorId: 'cli' }));
  } finally {
    await layer.close();
  }
}

/** A tenant for each data set and model: a document that is stored is not embedded again for another model. */
function tenantOf({ name }: BeirDataset, embedder: Embedder | undefined): string {
  const model = embedder === undefined ? '' : `:${plain(embedder.model.id).slice(-50)}`;
  return `eval:${plain(name).slice(0, 70)}${model}`;
}

/** A tenant's name holds letters, digits and some marks; anything else becomes a dash. */
function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}._-]+/gu, '-');
}

async function load(scope: Scope, dataset: BeirDataset, { json = false }: MeasureOptions): Promise<void> {
  const progress = createProgress({ label: `Loading ${dataset.name}`, unit: 'documents', silent: json });
  await loadDataset(scope.documents, dataset, (done) => progress.update(done));
  progress.finish();
}

async function ask(
  scope: Scope,
  dataset: BeirDataset,
  settings: EvalSettings,
  reranker: Reranker | undefined,
  { json = false }: MeasureOptions,
): Promise<Evaluation<SearchMode>> {
  const { modes } = settings;
  const progress = createProgress({ label: 'Asking', unit: 'questions', silent: json });
  const total = dataset.queries.length * modes.length;
  let asked = 0;
  const evaluation = await evaluate(
    dataset,
    async (mode, query, limit) => {
      const results = await scope.search(query, searchOptions(settings, reranker, mode, limit));
      return bestOfDocuments(results, reranker !== undefined);
    },
    { modes, onProgress: ({ mode }) => progress.update(++asked, { total, detail: mode }) },
  );
  progress.finish();
  return evaluation;
}

function searchOptions(
  { fusion, rerankDepth: depth }: EvalSettings,
  reranker: Reranker | undefined,
  mode: SearchMode,
  limit: number,
): SearchOptions {
  return {
    mode,
    limit,
    snippets: false,
    ...(fusion && { fusion }),
    ...(reranker && { rerank: { with: reranker, ...(depth !== undefined && { depth }) } }),
  };
}

/** A document is as good as its best passage. Behind a reranker scores are of two kinds, and the order is what counts. */
function bestOfDocuments(
  results: readonly { readonly source: string; readonly score: number }[],
  byOrder: boolean,
): { id: string; score: number }[] {
  const best = new Map<string, number>();
  for (const [at, { source, score }] of results.entries()) {
    if (!best.has(source)) best.set(source, byOrder ? 1 / (at + 1) : score);
  }
  return [...best].map(([id, score]) => ({ id, score }));
}

async function sampleRecall(
  scope: Scope,
  { queries }: BeirDataset,
  k: number,
  { json = false }: MeasureOptions,
): Promise<RecallSample> {
  const progress = createProgress({ label: 'Comparing with exact search', unit: 'questions', silent: json });
  const nearest = async (query: string, limit: number, options: SearchOptions) => {
    const results = await scope.search(query, { ...options, mode: 'semantic', limit, snippets: false });
    return results.map(({ source, ordinal, score }) => ({ id: `${source}#${ordinal}`, score }));
  };
  const sample = await measureRecall(
    queries.map(({ text }) => text),
    (query, limit) => nearest(query, limit, { recall: 1 }),
    (query, limit) => nearest(query, limit, {}),
    { k, onProgress: (done) => progress.update(done, { total: queries.length }) },
  );
  progress.finish();
  return sample;
}

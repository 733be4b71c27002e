import type { Embedder } from '../embeddings/index.js';
import type { RelationalProvider, TenantContext } from '../relational/index.js';
import type { SearchMeter } from './meter.js';
import { type ParsedOptions, parseSearch } from './options.js';
import { type PresentedChunk, presentChunk } from './present.js';
import {
  type EmbedderOf,
  embedQuestion,
  type ModelsInUse,
  type QuestionVectors,
  vectorParameter,
} from './question.js';
import { chooseResults } from './reorder.js';
import { requestOf } from './request.js';
import { SearchResults } from './results.js';
import type { SearchSettings } from './settings.js';
import type { FacetValue, SearchExplanation, SearchOptions, ShortReason } from './types.js';

/** What search stands on. */
export interface SearchDependencies {
  readonly relational: RelationalProvider;
  readonly embedder: Embedder;
  readonly settings: SearchSettings;
  /** Told of each search. */
  readonly meter?: SearchMeter;
  /** Collections may have other models than the layer: how those are opened, and what is remembered of them. */
  readonly models?: { readonly embedderOf: EmbedderOf; readonly inUse: ModelsInUse };
}

const SEARCH = {
  name: 'aquifer_search',
  text: 'select aquifer.search($1::jsonb, $2::real[]::halfvec) as answer',
};

/** What the search function answers. */
interface Answer {
  readonly hits: readonly PresentedChunk[];
  readonly candidates: number | null;
  /** Of the vectors of the collections that were searched. */
  readonly models: readonly string[];
  /** Of each phase. */
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly facets?: Readonly<Record<string, readonly FacetValue[]>>;
  readonly explain?: Omit<SearchExplanation, 'candidates' | 'milliseconds'>;
}

/**
 * Ranks the chunks of the tenant's documents for a question: one round trip, besides what embedding it takes.
 * @throws AQF_ARGUMENT_INVALID for an empty or overlong question and for unknown options; AQF_COLLECTION_NOT_FOUND;
 * AQF_RERANK_FAILED
 */
export async function search(
  deps: SearchDependencies,
  context: TenantContext,
  question: string,
  options: SearchOptions = {},
): Promise<SearchResults> {
  const { text, parsed } = parseSearch(question, options, deps.settings.defaultLimit);
  const began = performance.now();
  const answer = await ask(deps, context, text, parsed);
  const { results, reranked } = await chooseResults(answer.hits, presentChunk, text, parsed);
  const short = results.length < parsed.limit ? shortReason(parsed, answer) : undefined;
  deps.meter?.note(parsed.mode, performance.now() - began, answer.milliseconds, short !== undefined);
  return SearchResults.having(results, {
    ...(short && { short }),
    ...(answer.facets && { facets: answer.facets }),
    ...(answer.explain && {
      explain: { ...answer.explain, candidates: answer.candidates, milliseconds: answer.milliseconds },
    }),
    ...(reranked !== undefined && { reranked }),
  });
}

/** Asks once, and again only when the collections turn out to be of other models than they were the last time. */
async function ask(
  deps: SearchDependencies,
  context: TenantContext,
  text: string,
  parsed: ParsedOptions,
): Promise<Answer> {
  const { embedder, models } = deps;
  const { tenantId } = context;
  if (parsed.mode === 'lexical') return run(deps, context, text, parsed, undefined);
  if (!models)
    return run(
      deps,
      context,
      text,
      parsed,
      await embedQuestion(embedder, none, [embedder.model.id], text, tenantId),
    );
  let known = models.inUse.of(tenantId) ?? [embedder.model.id];
  for (;;) {
    const question = await embedQuestion(embedder, models.embedderOf, known, text, tenantId);
    const answer = await run(deps, context, text, parsed, question);
    const missing = answer.models.filter((id) => !known.includes(id));
    if (missing.length === 0) return answer;
    known = answer.models;
    if (!parsed.collections) models.inUse.note(tenantId, known);
  }
}

async function none(): Promise<undefined> {
  return undefined;
}

async function run(
  { relational, embedder, settings }: SearchDependencies,
  context: TenantContext,
  text: string,
  parsed: ParsedOptions,
  question: QuestionVectors | undefined,
): Promise<Answer> {
  const { model } = question?.embedder ?? embedder;
  const request = {
    ...requestOf(text, parsed, model, settings),
    ...(question && { others: question.others }),
  };
  const { rows } = await relational.query<{ answer: Answer }>(context, {
    ...SEARCH,
    values: [JSON.stringify(request), vectorParameter(question)],
  });
  return rows[0]?.answer ?? { hits: [], candidates: null, models: [], milliseconds: {} };
}

function shortReason({ mode, filter }: ParsedOptions, { candidates }: Answer): ShortReason {
  if (filter && candidates !== null) return 'filter';
  return mode === 'lexical' ? 'no-more-matches' : 'few-chunks';
}

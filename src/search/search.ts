import type { Embedder } from '../embeddings/index.js';
import type { RelationalProvider, TenantContext } from '../relational/index.js';
import type { RecallSamples } from '../vectors/index.js';
import type { SearchMeter } from './meter.js';
import { type ParsedOptions, parseSearch } from './options.js';
import { type PresentedChunk, presenter, type ShownWindow } from './present.js';
import {
  type EmbedderOf,
  embedQuestion,
  type ModelsInUse,
  type QuestionVectors,
  vectorParameter,
} from './question.js';
import { chooseResults } from './reorder.js';
import { LEG_DEPTH, requestOf } from './request.js';
import { SearchResults } from './results.js';
import type { SearchSettings } from './settings.js';
import { statementOf } from './statements.js';
import type { FacetValue, SearchExplanation, SearchOptions, ShortReason, SpaceExplanation } from './types.js';

/** What search stands on. */
export interface SearchDependencies {
  readonly relational: RelationalProvider;
  readonly embedder: Embedder;
  readonly settings: SearchSettings;
  /** Told of each search. */
  readonly meter?: SearchMeter;
  /** Told of each question that an index answered. */
  readonly samples?: RecallSamples;
  /** Collections may have other models than the layer: how those are opened, and what is remembered of them. */
  readonly models?: { readonly embedderOf: EmbedderOf; readonly inUse: ModelsInUse };
}

/** What the search function answers. */
interface Answer {
  readonly hits: readonly PresentedChunk[];
  readonly candidates: number | null;
  /** Of the vectors of the collections that were searched. */
  readonly models: readonly string[];
  /** How the nearest were found. */
  readonly spaces: readonly SpaceExplanation[];
  /** Of each phase. */
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly facets?: Readonly<Record<string, readonly FacetValue[]>>;
  readonly explain?: Omit<SearchExplanation, 'candidates' | 'milliseconds'>;
}

interface Row {
  readonly answer: Answer;
  readonly windows: readonly ShownWindow[] | null;
}

/** An answer, and how it was come by. */
interface Asked extends Row {
  /** Of embedding the question, however often that took. */
  readonly embedMs: number;
  /** Whether a model could read the question, where one was needed. */
  readonly isRead: boolean;
  readonly question?: QuestionVectors | undefined;
}

/** Where rows of no answer come from: a provider that answers nothing. */
const NOTHING: Row = {
  answer: { hits: [], candidates: null, models: [], spaces: [], milliseconds: {} },
  windows: null,
};

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
  const asked = await ask(deps, context, text, parsed);
  const { answer } = asked;
  noteQuestion(deps, context, asked);
  const present = presenter(text, asked.windows ?? []);
  const { results, reranked } = await chooseResults(answer.hits, present, text, parsed);
  const short = results.length < parsed.limit ? shortReason(parsed, asked) : undefined;
  deps.meter?.note({
    mode: parsed.mode,
    of: 'documents',
    totalMs: performance.now() - began,
    phases: { ...answer.milliseconds, ...(parsed.mode !== 'lexical' && { embed: asked.embedMs }) },
    short,
    routes: routesOf(parsed, answer),
  });
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
): Promise<Asked> {
  const { embedder, models } = deps;
  const { tenantId } = context;
  if (parsed.mode === 'lexical') {
    return { ...(await run(deps, context, text, parsed, undefined)), embedMs: 0, isRead: true };
  }
  let known = models?.inUse.of(tenantId) ?? [embedder.model.id];
  for (let embedMs = 0; ; ) {
    const began = performance.now();
    const question = await embedQuestion(embedder, models?.embedderOf ?? none, known, text, tenantId);
    embedMs += performance.now() - began;
    const row = await run(deps, context, text, parsed, question);
    const { models: used } = row.answer;
    if (!models || used.every((id) => known.includes(id))) {
      return { ...row, embedMs, isRead: question !== undefined || used.length === 0, question };
    }
    known = used;
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
): Promise<Row> {
  const { model } = question?.embedder ?? embedder;
  const request = {
    ...requestOf(text, parsed, model, settings),
    ...(question && { others: question.others }),
  };
  const { rows } = await relational.query<Row & Record<string, unknown>>(context, {
    ...statementOf(parsed, question !== undefined),
    values: [JSON.stringify(request), vectorParameter(question)],
  });
  return rows[0] ?? NOTHING;
}

/** What an index answered tells how wide it must be searched. */
function noteQuestion(
  { samples }: SearchDependencies,
  context: TenantContext,
  { answer, question }: Asked,
): void {
  if (!samples || !question) return;
  for (const { space, model, route, vectors } of answer.spaces) {
    if (!route.startsWith('index') || model !== question.embedder.model.id) continue;
    samples.note(context, { spaceId: space, vectors, neighbours: LEG_DEPTH, question: question.vector });
  }
}

function routesOf({ mode }: ParsedOptions, { spaces }: Answer): readonly string[] {
  if (mode === 'lexical') return ['lexical'];
  return spaces.length > 0 ? spaces.map(({ route }) => route) : ['none'];
}

function shortReason({ mode, filter }: ParsedOptions, { answer, isRead }: Asked): ShortReason {
  if (!isRead) return 'unread-question';
  if (filter && answer.candidates !== null) return 'filter';
  return mode === 'lexical' ? 'no-more-matches' : 'few-chunks';
}

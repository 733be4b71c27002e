import type { Embedder } from '../embeddings/index.js';
import type { Filter } from '../filters/index.js';
import type { RelationalProvider, TenantContext } from '../relational/index.js';
import { encodeVector } from '../vectors/index.js';
import { type ParsedOptions, parseSearch } from './options.js';
import { type PresentedChunk, presentChunk } from './present.js';
import { chooseResults, wantedResults } from './reorder.js';
import { SearchResults } from './results.js';
import type { FacetValue, SearchExplanation, SearchOptions, ShortReason } from './types.js';

export interface SearchSettings {
  readonly lexical: { readonly k1: number; readonly b: number };
  readonly fusionWeight?: number | undefined;
  readonly defaultLimit: number;
}

/** Chunks near a vector, of a store that is not the database: their ids, nearest first, and their similarities. */
export type NearestElsewhere = (
  context: TenantContext,
  vector: Float32Array,
  wanted: {
    readonly depth: number;
    readonly filter: Filter | undefined;
    readonly collections?: readonly string[];
  },
) => Promise<{ readonly items: readonly number[]; readonly scores: readonly number[] }>;

/** What search stands on. */
export interface SearchDependencies {
  readonly relational: RelationalProvider;
  readonly embedder: Embedder;
  readonly settings: SearchSettings;
  /** Where the vectors are, if not in the database. */
  readonly nearest?: NearestElsewhere;
}

/** Chunks each leg contributes to the fusion, unless more results are asked for. */
const LEG_DEPTH = 100;

const SEARCH = {
  name: 'aquifer_search',
  text: 'select aquifer.search($1::jsonb, $2::real[]::halfvec) as answer',
};

/** What the search function answers. */
interface Answer {
  readonly hits: readonly PresentedChunk[];
  readonly candidates: number | null;
  readonly facets?: Readonly<Record<string, readonly FacetValue[]>>;
  readonly explain?: Omit<SearchExplanation, 'candidates'>;
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
  const call = { tenantId: context.tenantId };
  const vector = parsed.mode === 'lexical' ? undefined : await deps.embedder.embedQuery(text, call);
  const request = {
    ...requestOf(text, parsed, deps),
    ...(deps.nearest &&
      vector && { semantic: await nearestElsewhere(deps.nearest, context, vector, parsed) }),
  };
  const { rows } = await deps.relational.query<{ answer: Answer }>(context, {
    ...SEARCH,
    values: [JSON.stringify(request), vector ? encodeVector(vector) : null],
  });
  const answer = rows[0]?.answer ?? { hits: [], candidates: null };
  const { results, reranked } = await chooseResults(answer.hits, presentChunk, text, parsed);
  const short = results.length < parsed.limit ? shortReason(parsed, answer) : undefined;
  return SearchResults.having(results, {
    ...(short && { short }),
    ...(answer.facets && { facets: answer.facets }),
    ...(answer.explain && { explain: { ...answer.explain, candidates: answer.candidates } }),
    ...(reranked !== undefined && { reranked }),
  });
}

function requestOf(question: string, parsed: ParsedOptions, { embedder, settings }: SearchDependencies) {
  const { canonical, filter: _, rerank: __, diversity, limit: ___, ...asked } = parsed;
  const { id, fusionWeight, similarityRange = [0, 1] } = embedder.model;
  const limit = wantedResults(parsed);
  return {
    ...asked,
    ...settings.lexical,
    question,
    limit,
    depth: Math.max(LEG_DEPTH, limit),
    model: id,
    weight: settings.fusionWeight ?? fusionWeight,
    low: similarityRange[0],
    high: similarityRange[1],
    filter: canonical ?? null,
    vectors: diversity !== undefined,
  };
}

function nearestElsewhere(
  nearest: NearestElsewhere,
  context: TenantContext,
  vector: Float32Array,
  { filter, limit, collections }: ParsedOptions,
) {
  const depth = Math.max(LEG_DEPTH, limit);
  return nearest(context, vector, { depth, filter, ...(collections && { collections }) });
}

function shortReason({ mode, filter }: ParsedOptions, { candidates }: Answer): ShortReason {
  if (filter && candidates !== null) return 'filter';
  return mode === 'lexical' ? 'no-more-matches' : 'few-chunks';
}

import type { Embedder } from '../embeddings/index.js';
import type { Filter } from '../filters/index.js';
import type { RelationalProvider, TenantContext } from '../relational/index.js';
import { encodeVector } from '../vectors/index.js';
import { type ParsedOptions, parseSearch } from './options.js';
import { type PresentedChunk, presentChunk } from './present.js';
import { chooseResults } from './reorder.js';
import { legDepth, requestOf } from './request.js';
import { SearchResults } from './results.js';
import type { SearchSettings } from './settings.js';
import type { FacetValue, SearchExplanation, SearchOptions, ShortReason } from './types.js';

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
    ...requestOf(text, parsed, deps.embedder.model, deps.settings),
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

function nearestElsewhere(
  nearest: NearestElsewhere,
  context: TenantContext,
  vector: Float32Array,
  { filter, limit, collections }: ParsedOptions,
) {
  return nearest(context, vector, { depth: legDepth(limit), filter, ...(collections && { collections }) });
}

function shortReason({ mode, filter }: ParsedOptions, { candidates }: Answer): ShortReason {
  if (filter && candidates !== null) return 'filter';
  return mode === 'lexical' ? 'no-more-matches' : 'few-chunks';
}

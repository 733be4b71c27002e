export {
  type CachedEmbedder,
  type CachedEmbedderOptions,
  cachedEmbedder,
  type EmbedderFigures,
} from './embedding/cached-embedder.js';
export {
  type CachedReads,
  CachedRepository,
  cachedRepository,
  type RepositoryFigures,
} from './repository/cached-repository.js';
export type { CachedReadOptions } from './repository/read-plan.js';
export type { ModelRequest } from './response/request.js';
export {
  createResponseCache,
  ResponseCache,
  type ResponseCacheOptions,
  type ResponseFigures,
} from './response/response-cache.js';
export type { SemanticOptions } from './response/semantic-match.js';
export type { TokenUsage } from './response/usage.js';
export {
  type CachedSearch,
  type CachedSearchOptions,
  cachedSearch,
  type PagedOptions,
  type SearchedPage,
  type SearchFigures,
  type SearchFunction,
} from './search/cached-search.js';
export { createSearchResultCacheKey } from './search/key.js';
export type { Range } from './search/range.js';
export { checkSearchResultCacheRange, setSearchResultCacheRange } from './search/range-cache.js';
export type { FetchedRange, RangeHit, RangeMiss, RangeTicket } from './search/types.js';

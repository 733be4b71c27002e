export { type SearchFacts, SearchResults } from './results.js';
export { type NearestElsewhere, type SearchDependencies, type SearchSettings, search } from './search.js';
export type { Snippet, Span } from './snippet.js';
export {
  type FacetValue,
  type Neighbour,
  type RerankSettings,
  type ScoreParts,
  SEARCH_MODES,
  type SearchExplanation,
  type SearchMode,
  type SearchOptions,
  type SearchResult,
  type ShortReason,
  type SpaceExplanation,
} from './types.js';

export { type SearchFigures, SearchMeter } from './meter.js';
export { type EmbedderOf, ModelsInUse } from './question.js';
export { type SearchFacts, SearchResults } from './results.js';
export { type SearchDependencies, search } from './search.js';
export { type RowSearchOptions, searchRows } from './search-rows.js';
export type { SearchSettings } from './settings.js';
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

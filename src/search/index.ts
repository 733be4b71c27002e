export { DURATION_BOUNDS, type DurationFigures } from './durations.js';
export type { Snippet, Span } from './highlights/index.js';
export {
  type MeteredSearch,
  type SearchCount,
  type SearchFigures,
  SearchMeter,
  type ShortCount,
} from './meter.js';
export { type EmbedderOf, ModelsInUse } from './question.js';
export { type SearchFacts, SearchResults } from './results.js';
export { type SearchDependencies, search } from './search.js';
export { type RowSearchOptions, searchRows } from './search-rows.js';
export type { SearchSettings } from './settings.js';
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

export { type SearchDependencies, type SearchSettings, search } from './search.js';
export {
  type ScoreParts,
  SEARCH_MODES,
  type SearchMode,
  type SearchOptions,
  type SearchResult,
} from './types.js';

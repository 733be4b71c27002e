export {
  type CanonicalCondition,
  type CanonicalFilter,
  canonicalFilter,
  type RangeOperator,
} from './canonical.js';
export type { Filter, FilterCondition, FilterValue } from './filter.js';
export { compileFilter, type FilteredMetadata, matches } from './matches.js';
export { parseFilter } from './parse.js';

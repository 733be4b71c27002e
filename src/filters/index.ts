export type { Filter, FilterCondition, FilterValue } from './filter.js';

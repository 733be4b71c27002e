export type { PrefetchFigures } from './figures.js';
export type { PredictionOptions, PrefetchBudgetOptions, PrefetcherOptions } from './options.js';
export { createPrefetcher, type Prefetcher } from './prefetcher.js';
export {
  createTenantPrefetchers,
  type TenantPrefetchers,
  type TenantPrefetchersOptions,
} from './tenant-prefetchers.js';

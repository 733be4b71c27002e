export { Cache } from './cache.js';
export { type CacheParts, type CreateCacheOptions, createCache, OpenCache } from './create.js';
export type { Duration } from './duration.js';
export type { Factory, FactoryContext } from './flight/factory.js';
export type { ManyFactory, ManyValues } from './flight/many.js';
export type { CacheOptions } from './options.js';
export type { CacheStats } from './stats.js';
export type * from './store/store.js';

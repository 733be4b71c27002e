export { type BentoGetOrSet, type BentoKept, type BentoLike, bentoLike } from './bentocache.js';
export {
  type CacheManagerDefaults,
  type CacheManagerEntry,
  type CacheManagerLike,
  type CacheManagerWrapOptions,
  cacheManagerLike,
} from './cache-manager.js';
export { type KeyvEntry, type KeyvStore, type KeyvStoreOptions, keyvStore } from './keyv.js';

/** `aquifer/cache`: the cache by itself, without a data layer. */
export {
  type BentoLike,
  bentoLike,
  type CacheManagerLike,
  cacheManagerLike,
  type KeyvStore,
  type KeyvStoreOptions,
  keyvStore,
} from './adapters/index.js';
export {
  Cache,
  type CacheOptions,
  type CacheParts,
  type CacheStats,
  type CacheStore,
  type CreateCacheOptions,
  createCache,
  type Duration,
  entityTag,
  type Factory,
  type FactoryContext,
  type FeedTurn,
  type GuardFigures,
  type GuardOptions,
  type Invalidation,
  type LeaseKey,
  type LeaseReply,
  type LeaseRequest,
  type LeaseState,
  type LogEntry,
  type LogFollower,
  type LogListener,
  type ManyFactory,
  type ManyValues,
  OpenCache,
  type StoreEntry,
  type StoreRead,
} from './index.js';
export { openPostgresStore, type PostgresStoreOptions } from './postgres/index.js';
export {
  createPrefetcher,
  createTenantPrefetchers,
  type Prefetcher,
  type PrefetcherOptions,
  type PrefetchFigures,
} from './prefetch/index.js';
export {
  checkEviction,
  type EvictionCheck,
  openRedisStore,
  REDIS_DATABASES,
  type RedisPurpose,
  type RedisStoreOptions,
} from './redis/index.js';
export { type WarmOptions, type WarmProgress, type WarmReport, warm } from './warming.js';
export { type WarmEveryOptions, type WarmSchedule, warmEvery } from './warming-schedule.js';

import type { CacheStore } from '../store/store.js';
import type { EvictionCheck, EvictionNeighbours } from './eviction.js';

/** The shared tier of a cache in Redis 7 or newer. */
export interface RedisCacheStore extends CacheStore {
  readonly kind: 'redis';
  /**
   * Whether this server may evict what is kept on it, see `checkEviction`; on a cluster, that of the log.
   * @throws AQF_CACHE_STORE_REFUSED, AQF_CACHE_STORE_UNAVAILABLE
   */
  checkEviction(neighbours?: EvictionNeighbours): Promise<EvictionCheck>;
}

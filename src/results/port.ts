import type { Duration } from '../cache/duration.js';
import type { CacheOptions } from '../cache/options.js';

export type { CacheOptions, Duration };

export interface FactoryContext {
  readonly signal: AbortSignal;
}

/** What these caches use of a cache. */
export interface Cache {
  get<T>(key: string): Promise<T | undefined>;
  set<T>(key: string, value: T, ttl?: Duration | CacheOptions): Promise<boolean>;
  delete(key: string | readonly string[]): Promise<boolean>;
  memo<T>(
    key: string,
    ttl: Duration | CacheOptions,
    factory: (context: FactoryContext) => T | Promise<T>,
  ): Promise<T>;
  getMany<T>(keys: readonly string[]): Promise<Map<string, T>>;
  setMany<T>(entries: Iterable<readonly [string, T]>, ttl?: Duration | CacheOptions): Promise<boolean>;
  memoMany<T>(
    keys: readonly string[],
    ttl: Duration | CacheOptions,
    factory: (missing: string[], context: FactoryContext) => Map<string, T> | Promise<Map<string, T>>,
  ): Promise<Map<string, T>>;
  invalidateTags(tags: string | readonly string[]): Promise<boolean>;
  namespace(name: string, options?: CacheOptions): Cache;
}

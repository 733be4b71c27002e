import type { Cache } from '../cache.js';
import type { Duration } from '../duration.js';
import type { CacheOptions } from '../options.js';

/** The calls of a cache-manager 7 cache that applications make, by shape. Times are milliseconds. */
export interface CacheManagerLike {
  get<T>(key: string): Promise<T | undefined>;
  mget<T>(keys: string[]): Promise<(T | undefined)[]>;
  set<T>(key: string, value: T, ttl?: number): Promise<T>;
  mset<T>(list: CacheManagerEntry<T>[]): Promise<CacheManagerEntry<T>[]>;
  del(key: string): Promise<boolean>;
  mdel(keys: string[]): Promise<boolean>;
  clear(): Promise<boolean>;
  wrap<T>(key: string, make: () => T | Promise<T>, ttl?: number, refreshThreshold?: number): Promise<T>;
  wrap<T>(key: string, make: () => T | Promise<T>, options: CacheManagerWrapOptions): Promise<T>;
}

export interface CacheManagerEntry<T> {
  readonly key: string;
  readonly value: T;
  readonly ttl?: number;
}

export interface CacheManagerWrapOptions {
  readonly ttl?: number;
  /** With less than this left, a value is served and made anew meanwhile. */
  readonly refreshThreshold?: number;
}

export interface CacheManagerDefaults extends CacheManagerWrapOptions {
  /**
   * How long values are kept that name no time.
   * @default the cache's own ttl
   */
  readonly ttl?: number;
}

/**
 * A cache with the calls of cache-manager. Unlike a cache-manager whose store is this cache, `wrap` is `memo`: one
 * factory over all processes, and none that was overtaken by an invalidation is kept. `del` and `clear` are true when
 * every tier confirmed.
 */
export function cacheManagerLike(cache: Cache, defaults: CacheManagerDefaults = {}): CacheManagerLike {
  const kept = (ttl = defaults.ttl): CacheOptions => (ttl === undefined ? {} : { ttl });
  return {
    get: <T>(key: string) => cache.get(key) as Promise<T | undefined>,
    async mget<T>(keys: string[]) {
      const found = await cache.getMany(keys);
      return keys.map((key) => found.get(key) as T | undefined);
    },
    async set(key, value, ttl) {
      await cache.set(key, value, kept(ttl));
      return value;
    },
    async mset(list) {
      await Promise.all(list.map(({ key, value, ttl }) => cache.set(key, value, kept(ttl))));
      return list;
    },
    del: (key) => cache.delete(key),
    mdel: (keys) => cache.delete(keys),
    clear: () => cache.clear(),
    wrap<T>(
      key: string,
      make: () => T | Promise<T>,
      ttl?: number | CacheManagerWrapOptions,
      refreshThreshold?: number,
    ) {
      const given = typeof ttl === 'object' ? ttl : defined({ ttl, refreshThreshold });
      return cache.memo(key, wrapOptions({ ...defaults, ...given }), () => make());
    },
  };
}

/** A value that is made anew during its last `refreshThreshold` is one that is stale but served for as long. */
function wrapOptions({ ttl, refreshThreshold = 0 }: CacheManagerWrapOptions): CacheOptions {
  if (ttl === undefined) return {};
  const swr: Duration = Math.min(refreshThreshold, ttl);
  return { ttl: ttl - swr, swr };
}

function defined(options: { [Name in keyof CacheManagerWrapOptions]: number | undefined }) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

import type { Cache } from '../cache.js';
import type { Duration } from '../duration.js';
import type { FactoryContext } from '../flight/factory.js';
import type { CacheOptions } from '../options.js';

/** The calls of bentocache that applications make, by shape. */
export interface BentoLike {
  getOrSet<T>(options: BentoGetOrSet<T>): Promise<T>;
  /** For thirty days. */
  getOrSetForever<T>(options: Omit<BentoGetOrSet<T>, 'ttl'>): Promise<T>;
  get<T>(options: {
    readonly key: string;
    readonly defaultValue?: T | (() => T | Promise<T>);
  }): Promise<T | undefined>;
  has(options: { readonly key: string }): Promise<boolean>;
  missing(options: { readonly key: string }): Promise<boolean>;
  /** As `Cache.set`: true when every tier has it. */
  set(options: BentoKept & { readonly key: string; readonly value: unknown }): Promise<boolean>;
  setForever(
    options: Omit<BentoKept, 'ttl'> & { readonly key: string; readonly value: unknown },
  ): Promise<boolean>;
  /** As `Cache.delete`: true when it is gone everywhere, whether or not it was there. */
  delete(options: { readonly key: string }): Promise<boolean>;
  deleteMany(options: { readonly keys: string[] }): Promise<boolean>;
  deleteByTag(options: { readonly tags: string[] }): Promise<boolean>;
  clear(): Promise<void>;
  namespace(name: string): BentoLike;
}

/** How a value is kept, in bentocache's words. */
export interface BentoKept {
  /** @default that of the cache */
  readonly ttl?: Duration;
  /**
   * How long after its ttl a value may be served: when the factory fails, and while it is slower than `timeout`.
   * @default false
   */
  readonly grace?: false | Duration;
  readonly tags?: string[];
}

export interface BentoGetOrSet<T> extends BentoKept {
  readonly key: string;
  readonly factory: (context: FactoryContext) => T | Promise<T>;
  /**
   * How long to wait for the factory where there is a value in its grace.
   * @default 0: the value at once, and the factory in the background
   */
  readonly timeout?: Duration;
  /** @default that of the cache */
  readonly hardTimeout?: Duration;
}

/** Longer than any value of bentocache's users lives in a cache, and less than the shared tier's marks do. */
const FOREVER = '30d';

/** A cache with the calls of bentocache. Durations are milliseconds or `'30s'`, `'5m'`, `'1h'`, `'7d'`. */
export function bentoLike(cache: Cache): BentoLike {
  return {
    getOrSet: ({ key, factory, ...options }) => cache.memo(key, memoOptions(options), factory),
    getOrSetForever: ({ key, factory, ...options }) =>
      cache.memo(key, memoOptions({ ...options, ttl: FOREVER }), factory),
    async get<T>({ key, defaultValue }: { key: string; defaultValue?: T | (() => T | Promise<T>) }) {
      const found = await cache.get(key);
      return found === undefined ? made(defaultValue) : (found as T);
    },
    has: ({ key }) => cache.has(key),
    missing: async ({ key }) => !(await cache.has(key)),
    set: ({ key, value, ...options }) => cache.set(key, value, keptOptions(options)),
    setForever: ({ key, value, ...options }) =>
      cache.set(key, value, keptOptions({ ...options, ttl: FOREVER })),
    delete: ({ key }) => cache.delete(key),
    deleteMany: ({ keys }) => cache.delete(keys),
    deleteByTag: ({ tags }) => cache.invalidateTags(tags),
    clear: async () => void (await cache.clear()),
    namespace: (name) => bentoLike(cache.namespace(name)),
  };
}

type MemoOptions = Omit<BentoGetOrSet<unknown>, 'key' | 'factory'>;

/** With no `timeout` a value in its grace is served while it is made anew: stale-while-revalidate. */
function memoOptions({ timeout, hardTimeout, ...kept }: MemoOptions): CacheOptions {
  const { grace } = kept;
  const waits = timeout !== undefined && timeout !== 0;
  return {
    ...keptOptions(kept),
    ...(grace && !waits && { swr: grace }),
    ...(waits && { softTimeout: timeout }),
    ...(hardTimeout !== undefined && { hardTimeout }),
  };
}

function keptOptions({ ttl, grace, tags }: BentoKept): CacheOptions {
  return {
    ...(ttl !== undefined && { ttl }),
    ...(grace && { grace }),
    ...(tags && { tags }),
  };
}

function made<T>(given: T | (() => T | Promise<T>) | undefined): T | Promise<T> | undefined {
  return given instanceof Function ? given() : given;
}

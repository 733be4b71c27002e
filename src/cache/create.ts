import { AquiferError } from '../errors/index.js';
import { Cache } from './cache.js';
import type { Duration } from './duration.js';
import { toMs } from './duration.js';
import { Engine } from './engine.js';
import { ROOT_PATH } from './names.js';
import { type CacheOptions, DEFAULT_POLICY, policyOver } from './options.js';
import type { RedisStoreOptions } from './redis/index.js';
import type { GuardOptions } from './store/guard/index.js';
import type { CacheStore } from './store/store.js';

/** What a cache is made of, beside the options of its values. */
export interface CacheParts {
  /**
   * Redis as the shared tier: a URL, or how to reach a node, a cluster or a master by its sentinels. Needs `ioredis`.
   * @default none: values live in this process alone
   */
  readonly redis?: string | RedisStoreOptions;
  /** A shared tier of your own, in place of `redis`. It is closed with the cache. */
  readonly store?: CacheStore;
  /**
   * Entries kept in this process.
   * @default 100,000
   */
  readonly maxEntries?: number;
  /**
   * Bytes kept in this process, about; a value above an eighth of it is not kept.
   * @default 64 MiB
   */
  readonly maxBytes?: number;
  /**
   * The bound of staleness: how long after an invalidation elsewhere an old value may at most be served.
   * @default '1s'
   */
  readonly staleness?: Duration;
  /**
   * The shape of your values. A process of another version does not read them from the shared tier.
   * @default '1'
   */
  readonly version?: string;
  /**
   * Bytes above which values in the shared tier are compressed.
   * @default never
   */
  readonly compressAboveBytes?: number;
  /** Deadlines and breaker of the shared tier. */
  readonly guard?: GuardOptions;
}

export type CreateCacheOptions = CacheParts & CacheOptions;

/** A cache that owns what it runs on: `close()` ends it. */
export class OpenCache<V = unknown> extends Cache<V> implements AsyncDisposable {
  readonly #engine: Engine;

  constructor(engine: Engine, options: CacheOptions) {
    super(engine, engine.memory.spaces.at(ROOT_PATH, ROOT_PATH), policyOver(DEFAULT_POLICY, options));
    this.#engine = engine;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Opens a cache of its own, without a data layer: in this process, and shared through a store where one is given. It opens
 * whether the store answers or not.
 * @throws AQF_ARGUMENT_INVALID, AQF_PEER_MISSING without ioredis
 */
export async function createCache<V = unknown>(given: CreateCacheOptions = {}): Promise<OpenCache<V>> {
  const {
    redis,
    store: own,
    maxEntries,
    maxBytes,
    staleness,
    version,
    compressAboveBytes,
    guard,
    ...options
  } = given;
  const limits = {
    maxEntries: checkLimit(maxEntries ?? 100_000, 'maxEntries'),
    maxBytes: checkLimit(maxBytes ?? 64 * 1024 * 1024, 'maxBytes'),
    staleness: toMs(staleness ?? 1000, 'staleness'),
  };
  const opened = own === undefined && redis !== undefined ? await openRedis(redis) : undefined;
  const store = own ?? opened;
  try {
    const engine = new Engine({
      ...limits,
      version: version ?? '1',
      ...(compressAboveBytes !== undefined && { compressAboveBytes }),
      ...(store && { store }),
      ...(guard && { guard }),
    });
    const cache = new OpenCache<V>(engine, options);
    await engine.start();
    return cache;
  } catch (error) {
    // Nobody has a cache to close it with.
    await opened?.close();
    throw error;
  }
}

/** With what is no number there would be no limit. */
function checkLimit(limit: number, what: string): number {
  if (typeof limit === 'number' && limit >= 0) return limit;
  throw new AquiferError('AQF_ARGUMENT_INVALID', `${what} must be a number from 0 on.`);
}

async function openRedis(redis: string | RedisStoreOptions): Promise<CacheStore> {
  const { openRedisStore } = await import('./redis/index.js');
  return openRedisStore(typeof redis === 'string' ? { url: redis } : redis);
}

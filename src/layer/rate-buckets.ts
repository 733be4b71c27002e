import type { AquiferConfig } from '../config/index.js';
import { AquiferError } from '../errors/index.js';
import { type BucketStore, MemoryBuckets, PostgresBuckets, RedisBuckets } from '../rate-limits/index.js';
import type { RelationalProvider } from '../relational/index.js';

export interface OpenBuckets {
  readonly store: BucketStore;
  close(): Promise<void>;
}

/** Opens what the configuration names; the embedded database has one process, and nobody to share with. */
export async function openBuckets(
  config: AquiferConfig,
  relational: RelationalProvider,
): Promise<OpenBuckets> {
  const { store } = config.server.rateLimit;
  const isAlone = relational.kind !== 'postgres';
  if (store === 'memory' || (store === 'auto' && isAlone)) return kept(new MemoryBuckets());
  if (store === 'redis' || (store === 'auto' && config.redis.url !== undefined))
    return openRedisBuckets(config);
  return kept(new PostgresBuckets(relational));
}

async function openRedisBuckets({ redis }: AquiferConfig): Promise<OpenBuckets> {
  if (redis.url === undefined) {
    const message = 'server.rateLimit.store is redis, and redis.url is not set.';
    throw new AquiferError('AQF_CONFIG_INVALID', message, { hint: 'Set REDIS_URL=redis://host:6379.' });
  }
  const store = await RedisBuckets.connect(redis.url);
  return { store, close: () => store.close() };
}

function kept(store: BucketStore): OpenBuckets {
  return { store, close: async () => undefined };
}

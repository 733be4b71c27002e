import { AquiferError } from '../errors/index.js';
import type { RedisQueueOptions } from './redis-options.js';

/** What the configuration says of where queues are. */
export interface QueueWish {
  readonly queue: 'auto' | 'redis' | 'postgres';
  /** Of the Redis server that is configured, for whatever purpose. */
  readonly redisUrl?: string | undefined;
}

/** Where queues are to be: for `openTurnQueue`. @throws AQF_CONFIG_INVALID for Redis without its address */
export function queuePlace({ queue, redisUrl }: QueueWish): { readonly redis?: RedisQueueOptions } {
  if (queue === 'postgres' || (queue === 'auto' && redisUrl === undefined)) return {};
  if (redisUrl !== undefined) return { redis: { url: redisUrl } };
  throw new AquiferError('AQF_CONFIG_INVALID', 'Queues in Redis need redis.url.', {
    hint: 'Set REDIS_URL, or jobs.queue to postgres.',
  });
}

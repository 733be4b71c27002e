import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueBackend, TurnJob } from './bullmq-queue.js';
import { connectRedis, evictionWarning } from './redis.js';
import type { RedisQueueOptions } from './redis-options.js';
import { type QueueSettings, workerOptions } from './settings.js';

const DEFAULT_PREFIX = '{aq:jobs}';

/** Queues in a Redis server. @param onWarning told why jobs may be lost on this server */
export function redisBackend(
  name: string,
  options: RedisQueueOptions,
  settings: QueueSettings,
  onWarning: (warning: string) => void,
): QueueBackend {
  const prefix = options.prefix ?? DEFAULT_PREFIX;
  const clients: Redis[] = [];
  const connect = async (role: 'asks' | 'waits') => {
    const client = await connectRedis(options, role);
    clients.push(client);
    return client;
  };
  return {
    kind: 'redis',
    place: `Redis at ${new URL(options.url).host}`,
    openQueue: async () => {
      const connection = await connect('asks');
      const warning = await evictionWarning(connection);
      if (warning) onWarning(warning);
      return new Queue<TurnJob>(name, { connection, prefix });
    },
    openWorker: async (processor, concurrency) => {
      const connection = await connect('waits');
      return new Worker<TurnJob>(name, processor, {
        ...workerOptions(settings, concurrency),
        connection,
        prefix,
      });
    },
    close: async () => {
      for (const client of clients) client.disconnect();
    },
  };
}

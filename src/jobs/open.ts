import { AquiferError } from '../errors/index.js';
import type { RelationalProvider } from '../relational/index.js';
import { BullQueue } from './bullmq-queue.js';
import { postgresBackend } from './postgres/backend.js';
import { redisBackend } from './redis-backend.js';
import type { RedisQueueOptions } from './redis-options.js';
import { DEFAULT_SETTINGS, type QueueSettings } from './settings.js';
import type { TurnQueue } from './turn-queue.js';

export interface OpenQueueOptions extends Partial<QueueSettings> {
  /** 1 to 64 letters, digits and `-`; queues of one name are one queue. */
  readonly name: string;
  readonly relational: RelationalProvider;
  /** Where given, the queue is there; else in the database of `relational`. */
  readonly redis?: RedisQueueOptions;
  /** Told why jobs may be lost on this server. @default a process warning */
  readonly onWarning?: (warning: string) => void;
}

/**
 * Opens a queue of tenants that have work.
 * @throws AQF_ARGUMENT_INVALID, AQF_QUEUE_UNAVAILABLE, AQF_PEER_MISSING without ioredis where Redis is asked for
 */
export async function openTurnQueue(options: OpenQueueOptions): Promise<TurnQueue> {
  const { name, relational, redis, onWarning = warn, ...given } = options;
  if (!/^[a-z0-9-]{1,64}$/i.test(name)) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', `${JSON.stringify(name)} is no name of a queue.`);
  }
  const settings = { ...DEFAULT_SETTINGS, ...given };
  const backend = redis
    ? redisBackend(name, redis, settings, onWarning)
    : postgresBackend(name, relational, settings);
  try {
    return await BullQueue.open(backend, settings);
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function warn(warning: string): void {
  process.emitWarning(warning);
}

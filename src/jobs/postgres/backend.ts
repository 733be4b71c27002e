import { createPostgresBackend, Queue, Worker } from 'bullmq';
import type { RelationalProvider } from '../../relational/index.js';
import type { QueueBackend, TurnJob } from '../bullmq-queue.js';
import { type QueueSettings, workerOptions } from '../settings.js';
import { migrateQueueTables } from './migrate.js';
import { ProviderPool } from './pool.js';

/** Queues in the data layer's own database, in the schema `bullmq`. */
export function postgresBackend(
  name: string,
  relational: RelationalProvider,
  settings: QueueSettings,
): QueueBackend {
  const pool = new ProviderPool(relational, name);
  return {
    kind: 'postgres',
    place: relational.kind === 'embedded' ? 'the embedded database' : 'PostgreSQL',
    openQueue: async () => {
      await migrateQueueTables(relational);
      // The types of BullMQ tell backends apart; what is used here is the same for both.
      return new Queue(name, { connection: pool }, createPostgresBackend) as unknown as Queue<TurnJob>;
    },
    openWorker: async (processor, concurrency) => {
      const options = { ...workerOptions(settings, concurrency), connection: pool };
      return new Worker(name, processor, options, createPostgresBackend) as unknown as Worker<TurnJob>;
    },
    close: () => pool.stopListening(),
  };
}

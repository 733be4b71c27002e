import { randomBytes } from 'node:crypto';
import { describe } from 'vitest';
import { openTurnQueue, type QueueSettings, type TurnQueue } from '../../src/jobs/index.js';
import type { RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { openMigrated } from '../support/embedded.js';
import { createMigratedDatabase, openTestPostgres } from '../support/postgres.js';
import { RedisServer, redisServerAvailable } from '../support/redis-server.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

/** One place for queues; every queue that is opened under one name there is the same queue. */
export interface QueuePlace {
  open(name?: string, settings?: Partial<QueueSettings>): Promise<TurnQueue>;
  dispose(): Promise<void>;
}

/** Runs the same tests on queues in the embedded database and, where they are there, in PostgreSQL and Redis. */
export async function describeOnEachQueue(
  title: string,
  tests: (place: () => Promise<QueuePlace>) => void,
): Promise<void> {
  const hasServer = await serviceAvailable('postgres');
  describe(`${title} (embedded)`, () => tests(embeddedPlace));
  describe.skipIf(!hasServer)(`${title} (postgres)`, () => tests(postgresPlace));
  describe.skipIf(!redisServerAvailable())(`${title} (redis)`, () => tests(redisPlace));
}

async function embeddedPlace(): Promise<QueuePlace> {
  const folder = makeTempDir();
  const relational = await openMigrated(folder);
  return {
    open: opener(relational),
    dispose: async () => {
      await relational.close();
      await removeTempDir(folder);
    },
  };
}

async function postgresPlace(): Promise<QueuePlace> {
  const database = await createMigratedDatabase();
  const relational = await openTestPostgres(database);
  return {
    open: opener(relational),
    dispose: async () => {
      await relational.close();
      await database.drop();
    },
  };
}

async function redisPlace(): Promise<QueuePlace> {
  const server = await RedisServer.start();
  return {
    open: opener(undefined as unknown as RelationalProvider, { url: server.url() }),
    dispose: () => server.remove(),
  };
}

function opener(relational: RelationalProvider, redis?: { readonly url: string }): QueuePlace['open'] {
  return (name = `q-${randomBytes(4).toString('hex')}`, settings = {}) =>
    openTurnQueue({ name, relational, ...(redis && { redis }), backoffMs: 20, ...settings });
}

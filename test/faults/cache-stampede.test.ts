import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/relational/index.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { WorkerProcess } from '../support/worker-process.js';

const WORKER = fileURLToPath(new URL('stampede-worker.mjs', import.meta.url));
const PROCESSES = 4;
const CALLERS = 1000;

const STORES = [
  ['Redis', 'redis', await serviceAvailable('redis')],
  ['PostgreSQL', 'postgres', await serviceAvailable('postgres')],
] as const;

describe.each(STORES)(
  `${PROCESSES} processes with ${CALLERS} callers each, on %s`,
  (_, service, available) => {
    if (!available) return void test.skip(`there is no ${service}`, () => undefined);
    let folder: string;
    let file: string;
    let database: TestDatabase | undefined;
    let workers: WorkerProcess[];
    beforeAll(async () => {
      folder = makeTempDir();
      file = `${folder}/calls.txt`;
      const prefix = `aqtest:${randomUUID()}:`;
      if (service === 'postgres') database = await migratedDatabase();
      const place = database ? { postgres: database.url } : { redis: serviceUrl('redis') };
      const argument = { ...place, prefix, file };
      workers = await Promise.all(
        Array.from({ length: PROCESSES }, () => WorkerProcess.start(WORKER, argument)),
      );
    });
    afterAll(async () => {
      await Promise.all(workers.map((worker) => worker.end('end')));
      await database?.drop();
      await removeTempDir(folder);
    });

    /** How often each outcome came, over all processes. */
    async function stampede(kind: string, name: string, callers = CALLERS): Promise<Record<string, number>> {
      for (const worker of workers) worker.tell(`${kind} ${name} ${callers}`);
      const replies = await Promise.all(workers.map((worker) => worker.said()));
      const counts: Record<string, number> = {};
      for (const reply of replies) {
        for (const [outcome, count] of Object.entries(JSON.parse(reply) as Record<string, number>)) {
          counts[outcome] = (counts[outcome] ?? 0) + count;
        }
      }
      return counts;
    }

    const calls = (name: string) =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter((line) => line.startsWith(name))
        : [];

    test('make a cold value once', async () => {
      expect(await stampede('value', 'cold')).toEqual({ '{"made":"cold"}': PROCESSES * CALLERS });
      expect(calls('cold')).toHaveLength(1);
      expect(await stampede('value', 'cold')).toEqual({ '{"made":"cold"}': PROCESSES * CALLERS });
      expect(calls('cold')).toHaveLength(1);
    });

    test('call a factory that fails once, and all get its error by name, message and code', async () => {
      const told = { 'RangeError E_DRY the source is dry': PROCESSES * CALLERS };
      expect(await stampede('failure', 'dry')).toEqual(told);
      expect(calls('dry')).toHaveLength(1);
      // A failure is for those who waited for it: the next caller tries again.
      expect(await stampede('failure', 'dry')).toEqual(told);
      expect(calls('dry')).toHaveLength(2);
    });

    test('make each of many cold values once', async () => {
      expect(await stampede('many', 'page', 100)).toEqual({ 20: PROCESSES * 100 });
      expect(calls('page').sort()).toEqual(Array.from({ length: 20 }, (_, n) => `page:${n}`).sort());
    });
  },
);

async function migratedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const provider = await openTestPostgres(database);
  await migrate(provider);
  await provider.close();
  return database;
}

import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCache, type OpenCache } from '../../src/cache/index.js';
import { openRedisStore } from '../../src/cache/redis/index.js';
import { serviceAvailable } from '../services/services.js';
import { createTruth, type Played, Player } from '../support/cache-player.js';
import { ChaosStore } from '../support/chaos-store.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { RedisServer, redisServerAvailable } from '../support/redis-server.js';
import { seeded } from '../support/seeded.js';
import { ServedValues } from '../support/served-values.js';
import { WorkerProcess } from '../support/worker-process.js';

const CHILD = fileURLToPath(new URL('cache-model-child.ts', import.meta.url));
const SECONDS = Number(process.env.AQUIFER_SOAK_SECONDS || 60);
const SEED = Number(process.env.AQUIFER_SEED || Date.now() % 1_000_000);
const BOUND_MS = 1000;
const PREFIX = 'model:';
const PLAYERS = 3;

/** What all players told, by who told it; judged at the end, when everything that was written is known. */
class Record {
  readonly #told: (readonly [who: string, played: Played])[] = [];
  readonly threw: string[] = [];

  add(who: string, played: Played): void {
    if (played[0] === 'threw') this.threw.push(`${who}: ${played[1]}`);
    else this.#told.push([who, played]);
  }

  judge(boundMs: number): ServedValues {
    const judge = new ServedValues(boundMs);
    for (const [who, played] of this.#told) {
      if (played[0] === 'written') {
        const [, key, number, resolvedAt, confirmedAt] = played;
        judge.writing(key, number, who);
        judge.resolved(key, number, resolvedAt);
        if (confirmedAt !== null) judge.confirmed(key, number, confirmedAt);
      }
    }
    for (const [, played] of this.#told) {
      if (played[0] === 'confirmed') judge.confirmed(played[1], played[2], played[3]);
    }
    for (const [who, played] of this.#told) {
      if (played[0] === 'served') judge.served(played[1], played[2], who, played[3], played[4]);
    }
    return judge;
  }
}

describe.skipIf(!redisServerAvailable() || !(await serviceAvailable('postgres')))(
  'three processes with a cache on one Redis',
  () => {
    let redis: RedisServer;
    let database: TestDatabase;
    const opened: OpenCache[] = [];
    beforeAll(async () => {
      redis = await RedisServer.start();
      database = await createTestDatabase();
      await createTruth(database.url);
    });
    afterAll(async () => {
      await Promise.all(opened.map((cache) => cache.close()));
      await redis.remove();
      await database.drop();
    });

    test(`serve nothing beyond the bound through ${SECONDS} s of faults`, async () => {
      console.log(
        `Seed ${SEED}: AQUIFER_SEED=${SEED} plays the same steps and faults again, at other moments.`,
      );
      const record = new Record();
      const stores = [await chaosStore(1), await chaosStore(2)];
      const players = await Promise.all(stores.map((store, index) => here(store, index, record)));
      const playing = players.map((player) => player.play());
      const child = new Child(record);
      await child.start();
      const met = await faults(stores, child);
      await wait(2 * BOUND_MS);
      for (const player of players) player.stop();
      await child.stop();
      await Promise.all(playing);
      const judge = record.judge(BOUND_MS);
      console.log(`${judge.report()}\nFaults: ${JSON.stringify(met)}`);
      expect(record.threw).toEqual([]);
      expect(judge.violations.slice(0, 20)).toEqual([]);
      expect(judge.calls).toBeGreaterThan(SECONDS * 100);
    });

    test('would serve old values if the log lost entries and said nothing, which is noticed', async () => {
      const record = new Record();
      const stores = [await chaosStore(3), await chaosStore(4)];
      const players = await Promise.all(stores.map((store, index) => here(store, index, record)));
      for (const store of stores) store.disturbLog({ drop: 0.9, mode: 'silent' });
      const playing = players.map((player) => player.play());
      await wait(6000);
      for (const player of players) player.stop();
      await Promise.all(playing);
      const judge = record.judge(BOUND_MS);
      console.log(judge.report());
      expect(judge.violations.length).toBeGreaterThan(0);
    });

    async function chaosStore(seed: number): Promise<ChaosStore> {
      return new ChaosStore(await openRedisStore({ url: redis.url(1), prefix: PREFIX }), SEED + seed);
    }

    async function here(store: ChaosStore, index: number, record: Record): Promise<Player> {
      const cache = await createCache({ store });
      opened.push(cache);
      const options = { index, players: PLAYERS, seed: SEED + index, postgres: database.url };
      return new Player(cache, options, (played) => record.add(`process ${index}`, played));
    }

    /** A player in a process of its own, which is killed and started again. */
    class Child {
      readonly #record: Record;
      #worker: WorkerProcess | undefined;
      #lives = 0;

      constructor(record: Record) {
        this.#record = record;
      }

      async start(): Promise<void> {
        const who = `child, life ${++this.#lives}`;
        const seed = SEED + 100 + this.#lives;
        const options = { index: 2, players: PLAYERS, seed, postgres: database.url };
        const argument = { ...options, redis: redis.url(1), prefix: PREFIX };
        this.#worker = await WorkerProcess.start(CHILD, argument, ['--import', 'jiti/register']);
        this.#worker.onLine((line) => {
          // A kill may leave half a line.
          if (line.endsWith(']')) this.#record.add(who, JSON.parse(line) as Played);
        });
      }

      async kill(): Promise<void> {
        await this.#worker?.kill();
        await this.start();
      }

      freeze(): void {
        this.#worker?.signal('SIGSTOP');
      }

      thaw(): void {
        this.#worker?.signal('SIGCONT');
      }

      async stop(): Promise<void> {
        await this.#worker?.end('end');
      }
    }

    /** One fault after the other, each from the list at random: how often which came. */
    async function faults(stores: readonly ChaosStore[], child: Child): Promise<object> {
      const random = seeded(SEED);
      const between = (from: number, to: number) => wait(from + random() * (to - from));
      const disturbed = (log: Parameters<ChaosStore['disturbLog']>[0]) => async () => {
        for (const store of stores) store.disturbLog(log);
        await between(300, 1500);
        for (const store of stores) store.heal();
      };
      const frozen = async () => {
        redis.freeze();
        await between(200, 3000);
        redis.thaw();
      };
      const killed = async (wipe: () => void) => {
        await redis.kill9();
        wipe();
        await between(0, 1500);
        await redis.start();
      };
      const kinds = {
        'log entries dropped': disturbed({ drop: 0.3 }),
        'log entries late': disturbed({ delayMs: [0, 400] }),
        'log entries twice': disturbed({ duplicate: 0.5, delayMs: [0, 20] }),
        'store calls lost': async () => {
          for (const store of stores) store.inject({ kind: 'error', share: 0.2 });
          for (const store of stores) store.inject({ kind: 'error', share: 0.1, side: 'after' });
          await between(300, 1500);
          for (const store of stores) store.heal();
        },
        'Redis frozen': frozen,
        'Redis killed': () => killed(() => undefined),
        'Redis killed and emptied': () => killed(() => redis.wipe()),
        FLUSHALL: async () => void (await redis.command('FLUSHALL')),
        'process killed': () => child.kill(),
        'process frozen': async () => {
          child.freeze();
          await between(200, 4000);
          child.thaw();
        },
      };
      const met: { [kind: string]: number } = {};
      const end = performance.now() + SECONDS * 1000;
      while (performance.now() < end) {
        const names = Object.keys(kinds) as (keyof typeof kinds)[];
        const name = names[Math.floor(random() * names.length)] as keyof typeof kinds;
        met[name] = (met[name] ?? 0) + 1;
        await kinds[name]();
        await between(100, 1500);
      }
      return met;
    }
  },
);

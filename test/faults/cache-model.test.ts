import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCache, type OpenCache } from '../../src/cache/index.js';
import { openPostgresStore } from '../../src/cache/postgres/index.js';
import { openRedisStore } from '../../src/cache/redis/index.js';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { createTruth, type Played, Player } from '../support/cache-player.js';
import { ChaosStore } from '../support/chaos-store.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
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
const CUT = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

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

describe.skipIf(!redisServerAvailable() || !(await serviceAvailable('postgres'))).each([
  ['redis', SECONDS],
  ['postgres', SECONDS / 2],
] as const)('three processes with a cache in one %s', (kind, seconds) => {
  let redis: RedisServer;
  let database: TestDatabase;
  const opened: OpenCache[] = [];
  let shared: TestDatabase;
  const providers: RelationalProvider[] = [];
  beforeAll(async () => {
    redis = await RedisServer.start();
    database = await createTestDatabase();
    await createTruth(database.url);
    // What cuts the connections of the store leaves those to the truth alone.
    shared = await createTestDatabase();
    if (kind === 'postgres') await migrate(await provider());
  });
  afterAll(async () => {
    await Promise.all(opened.map((cache) => cache.close()));
    await Promise.all(providers.map((each) => each.close()));
    await redis.remove();
    await database.drop();
    await shared.drop();
  });

  test(`serve nothing beyond the bound through ${seconds} s of faults`, async () => {
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
    expect(judge.calls).toBeGreaterThan(seconds * 100);
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
    const store =
      kind === 'redis'
        ? await openRedisStore({ url: redis.url(1), prefix: PREFIX })
        : openPostgresStore({ relational: await provider(), prefix: PREFIX });
    return new ChaosStore(store, SEED + seed);
  }

  async function provider(): Promise<RelationalProvider> {
    const opened = await openTestPostgres(shared);
    providers.push(opened);
    return opened;
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
      const place = kind === 'redis' ? { redis: redis.url(1) } : { database: shared.url };
      const argument = { ...options, ...place, prefix: PREFIX };
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

  async function onShared(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: shared.url });
    await client.connect();
    await client.query(sql);
    await client.end();
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
    const ofRedis = {
      'Redis frozen': frozen,
      'Redis killed': () => killed(() => undefined),
      'Redis killed and emptied': () => killed(() => redis.wipe()),
      FLUSHALL: async () => void (await redis.command('FLUSHALL')),
    };
    const ofPostgres = {
      'connections cut': () => onShared(CUT),
      'store locked': () =>
        onShared(`begin; lock aquifer.cache_entries; select pg_sleep(${random()}); commit`),
      'store emptied': () => onShared('truncate aquifer.cache_entries'),
    };
    const kinds: { readonly [name: string]: () => Promise<unknown> } = {
      'log entries dropped': disturbed({ drop: 0.3 }),
      'log entries late': disturbed({ delayMs: [0, 400] }),
      'log entries twice': disturbed({ duplicate: 0.5, delayMs: [0, 20] }),
      'store calls lost': async () => {
        for (const store of stores) store.inject({ kind: 'error', share: 0.2 });
        for (const store of stores) store.inject({ kind: 'error', share: 0.1, side: 'after' });
        await between(300, 1500);
        for (const store of stores) store.heal();
      },
      ...(kind === 'redis' ? ofRedis : ofPostgres),
      'process killed': () => child.kill(),
      'process frozen': async () => {
        child.freeze();
        await between(200, 4000);
        child.thaw();
      },
    };
    const met: { [kind: string]: number } = {};
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      const names = Object.keys(kinds);
      const name = names[Math.floor(random() * names.length)] as string;
      met[name] = (met[name] ?? 0) + 1;
      await kinds[name]?.();
      await between(100, 1500);
    }
    return met;
  }
});

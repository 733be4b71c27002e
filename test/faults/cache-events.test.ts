import { setTimeout as wait } from 'node:timers/promises';
import { integer } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { entityTag } from '../../src/cache/index.js';
import { entity } from '../../src/entities/index.js';
import { createDataLayer, type DataLayer, type Scope } from '../../src/layer/index.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { RedisServer, redisServerAvailable } from '../support/redis-server.js';
import { seeded } from '../support/seeded.js';
import { machineMs, ServedValues } from '../support/served-values.js';

const SECONDS = Number(process.env.AQUIFER_SOAK_SECONDS || 60) / 3;
const SEED = Number(process.env.AQUIFER_SEED || Date.now() % 1_000_000);
const BOUND_MS = 1000;
const ROWS = 12;
const TENANT = 'tenant';

const things = entity('things', {
  schema: 'app',
  columns: { number: integer().notNull() },
  traits: { events: true },
});

/** Removal is left to the events of the database: see the rule of `ServedValues`. */
describe
  .skipIf(!redisServerAvailable() || !(await serviceAvailable('postgres')))
  .each([['redis'], ['postgres'], ['memory']] as const)(
  'two data layers whose caches follow the rows, %s',
  (store) => {
    const random = seeded(SEED);
    let redis: RedisServer;
    let database: TestDatabase;
    let layers: DataLayer[];
    let scopes: Scope[];
    let plain: pg.Pool;
    let ids: string[];
    beforeAll(async () => {
      redis = await RedisServer.start();
      database = await createTestDatabase();
      plain = new pg.Pool({ connectionString: database.url });
      plain.on('error', () => undefined);
      // One that is cut while it is lent tells no pool.
      plain.on('connect', (client) => client.on('error', () => undefined));
      layers = [await open(), await open()];
      scopes = layers.map((layer) => layer.scope({ tenantId: TENANT }));
      const rows = await scope(0)
        .repository(things)
        .createMany(Array.from({ length: ROWS }, () => ({ number: 0 })));
      ids = rows.map(({ id }) => id);
    });
    afterAll(async () => {
      await Promise.all(layers.map((layer) => layer.close()));
      await plain.end();
      await redis.remove();
      await database.drop();
    });

    const open = () =>
      createDataLayer(
        {
          relational: { url: database.url },
          cache: { store },
          redis: { url: redis.url() },
          entities: [things],
        },
        { env: {}, file: false },
      );
    const scope = (index: number) => scopes[index] as Scope;
    const below = (end: number) => Math.floor(random() * end);

    test(`serve nothing beyond the bound in ${SECONDS} s of writes by whatever program, with faults`, async () => {
      console.log(`Seed ${SEED}`);
      const judge = new ServedValues(BOUND_MS);
      const served: Parameters<ServedValues['served']>[] = [];
      const failures: unknown[] = [];
      let over = false;
      const numbers = new Map(ids.map((id) => [id, 0]));

      async function read(index: number): Promise<void> {
        while (!over) {
          const id = ids[below(ROWS)] as string;
          const begun = machineMs();
          const options = { ttl: '1h', tags: [entityTag(things, id)] };
          const reading = scope(index).cache.memo(`thing ${id}`, options, async () => {
            const row = await scope(index).repository(things).findById(id);
            if (random() < 0.5) await wait(random() * 40);
            return row?.number ?? -1;
          });
          const number = await reading.catch(() => undefined);
          if (number !== undefined) served.push([id, number, `layer ${index}`, begun, 'memo']);
          if (random() < 0.3) await wait(random() * 8);
        }
      }

      /** Each writer has rows of its own. */
      async function write(own: readonly string[], writer: string, commit: (id: string) => Promise<unknown>) {
        while (!over) {
          const id = own[below(own.length)] as string;
          await wait(random() * 300);
          const done = await commit(id).then(
            () => true,
            () => false,
          );
          const at = machineMs();
          const number = await numberOf(id);
          const before = numbers.get(id) ?? 0;
          numbers.set(id, number);
          // A connection that was cut may have committed all the same.
          for (let each = before + 1; each <= number; each++) {
            judge.writing(id, each, writer);
            judge.confirmed(id, each, done ? at : machineMs());
            if (done && writer.startsWith('layer')) judge.resolved(id, each, at);
          }
        }
      }

      const playing = [
        read(0),
        read(0),
        read(1),
        read(1),
        write(ids.slice(0, 3), 'layer 0', (id) => byRepository(id, numbers)),
        write(ids.slice(3, 6), 'psql', (id) => byPsql(id, 0)),
        write(ids.slice(6, 9), 'slow psql', (id) => byPsql(id, 1500)),
        write(ids.slice(9, 12), 'slower psql', (id) => byPsql(id, 3000)),
      ];
      for (const each of playing) each.catch((error: unknown) => failures.push(error));
      const met = await faults();
      await wait(2 * BOUND_MS);
      over = true;
      await Promise.all(playing);
      for (const each of served) judge.served(...each);
      console.log(`${store}: ${judge.report()}\nFaults: ${JSON.stringify(met)}`);
      expect(failures).toEqual([]);
      expect(judge.violations.slice(0, 10)).toEqual([]);
      expect(judge.calls).toBeGreaterThan(SECONDS * 20);
    });

    test('hear of a row that another program deletes, and makes anew, after it was written here', async () => {
      const repository = scope(0).repository(things);
      const { id } = await repository.create({ number: 1 });
      const options = { ttl: '1h', tags: [entityTag(things, id)] };
      const cached = (index: number) =>
        scope(index).cache.memo(`thing ${id}`, options, async () => {
          return (await scope(index).repository(things).findById(id))?.number ?? null;
        });
      const bothSay = (number: number | null) =>
        vi.waitFor(async () => expect([await cached(0), await cached(1)]).toEqual([number, number]), {
          timeout: 3000,
          interval: 20,
        });
      await bothSay(1);
      await repository.update(id, { number: 2 });
      await bothSay(2);
      // Until what was written above has been told.
      await wait(1000);
      await bothSay(2);
      const statements = [
        ['delete from app.things where id = $1', null],
        [`insert into app.things (id, tenant_id, number) values ($1, '${TENANT}', 3)`, 3],
        ['update app.things set number = 4 where id = $1', 4],
      ] as const;
      for (const [sql, number] of statements) {
        await inTenant((client) => client.query(sql, [id]));
        await bothSay(number);
      }
    });

    async function inTenant(work: (client: pg.PoolClient) => Promise<unknown>): Promise<void> {
      const client = await plain.connect();
      try {
        await client.query('begin');
        await client.query(`select set_config('aquifer.tenant_id', $1, true)`, [TENANT]);
        await work(client);
        await client.query('commit');
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    }

    async function byRepository(id: string, numbers: ReadonlyMap<string, number>): Promise<void> {
      await scope(0)
        .repository(things)
        .update(id, { number: (numbers.get(id) ?? 0) + 1 });
    }

    /** @param longestMs how long it may stay open, while others that began later commit */
    function byPsql(id: string, longestMs: number): Promise<void> {
      return inTenant(async (client) => {
        await client.query('update app.things set number = number + 1 where id = $1', [id]);
        await wait(random() * longestMs);
      });
    }

    async function numberOf(id: string): Promise<number> {
      for (;;) {
        const reading = plain.query<{ number: number }>('select number from app.things where id = $1', [id]);
        const number = await reading.then(({ rows }) => rows[0]?.number).catch(() => undefined);
        if (number !== undefined) return number;
      }
    }

    async function faults(): Promise<object> {
      const kinds = {
        'connections cut': async () => {
          const cut = `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`;
          await plain.query(cut).catch(() => undefined);
        },
        'Redis frozen': async () => {
          redis.freeze();
          await wait(200 + random() * 2800);
          redis.thaw();
        },
        'Redis killed': async () => {
          await redis.kill9();
          await wait(random() * 1000);
          await redis.start();
        },
        FLUSHALL: async () => void (await redis.command('FLUSHALL')),
      };
      const names = (store === 'redis' ? Object.keys(kinds) : ['connections cut']) as (keyof typeof kinds)[];
      const met: { [kind: string]: number } = {};
      const end = performance.now() + SECONDS * 1000;
      while (performance.now() < end) {
        await wait(1000 + random() * 3000);
        const name = names[below(names.length)] as keyof typeof kinds;
        met[name] = (met[name] ?? 0) + 1;
        await kinds[name]();
      }
      return met;
    }
  },
);

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresStore } from '../../src/cache/postgres/index.js';
import { entry, eventually, fresh, leaseAll, readText } from '../../src/cache/store/conformance/fixture.js';
import { append, Listening } from '../../src/cache/store/conformance/listening.js';
import type { CacheStore } from '../../src/cache/store/store.js';
import type { RelationalProvider, TransactionContext } from '../../src/relational/index.js';
import { cacheStoreConformance } from '../../src/testing/index.js';
import { describeOnEachDatabase } from '../support/each-database.js';
import { SleepingProvider } from './postgres-sleeping.js';
import { PostgresStores } from './postgres-stores.js';

const TABLES = ['cache_entries', 'cache_log', 'cache_marks', 'cache_stores'];

const ROWS_OF = (name: string) => `select count(*)::integer as n from aquifer.${name}`;

await describeOnEachDatabase('the cache in PostgreSQL', (open, kind) => {
  let stores: PostgresStores;
  let provider: RelationalProvider;
  let store: CacheStore;
  beforeAll(async () => {
    const database = await open();
    provider = database.provider;
    stores = new PostgresStores(database);
    store = await stores.open();
  });
  afterAll(async () => {
    await store.close();
    await stores.dispose();
  });
  const count = async (table: string) => (await stores.sql<{ n: number }>(ROWS_OF(table)))[0]?.n;

  cacheStoreConformance(kind, () => stores.open('conformance'));

  test('is in tables that a crash empties, all of them together', async () => {
    const tables = await stores.sql(
      `select relname as name, relpersistence as persistence from pg_class
       where relnamespace = 'aquifer'::regnamespace and relname = any ($1) order by relname`,
      [TABLES],
    );
    expect(tables).toEqual(TABLES.map((name) => ({ name, persistence: 'u' })));
  });

  test('is closed to tenants: tables and functions', async () => {
    const tenant: TransactionContext = { kind: 'tenant', tenantId: 'acme' };
    const routines = await stores.sql<{ name: string }>(
      `select oid::regprocedure::text as name from pg_proc
       where pronamespace = 'aquifer'::regnamespace and starts_with(proname, 'cache_')
         and has_function_privilege('aquifer_app', oid, 'execute')`,
    );
    expect(routines).toEqual([]);
    for (const table of TABLES) {
      const reading = provider.query(tenant, { text: `select 1 from aquifer.${table}` });
      await expect(reading, table).rejects.toMatchObject({ facts: { sqlstate: '42501' } });
    }
  });

  test('writes nothing into the ledger', async () => {
    const before = await count('changes');
    const key = fresh();
    await store.write([entry(key, 'value')], 'test');
    await store.read([key], []);
    await store.invalidate({ keys: [key], marks: [] }, 'test');
    expect(await count('changes')).toBe(before);
  });

  test('keeps stores of other prefixes apart: values, marks, log and feed', async () => {
    const [a, b] = [await stores.open('a'), await stores.open('b')];
    const [key, mark] = [fresh(), fresh('mark')];
    await Listening.during(b, async (listening) => {
      await a.write([entry(key, 'of a')], 'test');
      const { marks } = await leaseAll(a, [], { marks: [mark] });
      const [turnOfA, turnOfB] = [await a.beginFeed(60_000), await b.beginFeed(60_000)];
      expect(await a.feed(turnOfA, 'place of a', { keys: [], marks: [] })).toBe(true);
      expect(await b.read([key], [mark])).toEqual({ values: [undefined], marks: [undefined] });
      await b.invalidate({ keys: [key], marks: [mark] }, 'test');
      expect((await a.read([], [mark])).marks).toEqual(marks);
      expect(await readText(a, key)).toBe('of a');
      expect(await b.feed(turnOfB, 'place of b', { keys: [], marks: [] })).toBe(true);
      expect((await a.beginFeed(60_000)).position).toBe('place of a');
      await listening.caughtUp();
      expect(listening.entries.map(({ keys, fed }) => [keys, fed])).toEqual([
        [[key], false],
        [[], true],
      ]);
    });
    await Promise.all([a.close(), b.close()]);
  });

  test.each(['=', '#', 'a b', 'ü', 'a'.repeat(65)])('refuses the prefix %j', (prefix) => {
    expect(() => openPostgresStore({ relational: provider, prefix })).toThrowError(
      expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }),
    );
  });

  test('removes what has expired as more is written, never by reading', async () => {
    const sweeping = await stores.open();
    const [expired, kept, mark] = [fresh('expired'), fresh('kept'), fresh('mark')];
    await store.write([entry(expired, 'expired'), entry(kept, 'kept')], 'test');
    await leaseAll(store, [], { marks: [mark] });
    await stores.sql(
      `with marks as (update aquifer.cache_marks set expires_at = now() - interval '1 second' where name = $2)
       update aquifer.cache_entries set expires_at = now(), forget_at = now() where name = $1`,
      [`=${expired}`, `=${mark}`],
    );
    const left = async () => {
      const found = await stores.sql(
        `select name from aquifer.cache_entries where name = $1
         union all select name from aquifer.cache_marks where name = $2`,
        [`=${expired}`, `=${mark}`],
      );
      return found.length;
    };
    expect(await sweeping.read([expired], [mark])).toEqual({ values: [undefined], marks: [undefined] });
    expect(await left()).toBe(2);
    for (let at = 0; at < 3; at++) {
      const written = Array.from({ length: 500 }, () => entry(fresh('written'), 'value'));
      await sweeping.write(written, 'test');
    }
    await eventually('it is swept', async () => (await left()) === 0);
    expect(await readText(store, kept)).toBe('kept');
    await sweeping.close();
  });

  test('keeps a minute of the log', async () => {
    const kept = async () => {
      const rows = await stores.sql<{ n: number }>(
        `select count(*)::integer as n from aquifer.cache_log where store = ''`,
      );
      return rows[0]?.n;
    };
    const appended = async (times: number) => {
      for (let at = 0; at < times; at++) await append(store);
    };
    await appended(130);
    expect(await kept()).toBeGreaterThanOrEqual(130);
    await stores.sql(`update aquifer.cache_log set at = at - interval '1 minute'`);
    await appended(64);
    expect(await kept()).toBeLessThanOrEqual(64);
  });

  test('tells a follower that slept too long that it has lost something, and what came after', async () => {
    const sleeping = new SleepingProvider(provider);
    const other = openPostgresStore({ relational: sleeping.relational });
    await Listening.during(other, async (listening) => {
      await listening.caughtUp();
      const heard = await append(store);
      await listening.caughtUp();
      await sleeping.asleep(async () => {
        for (let at = 0; at < 64; at++) await append(store);
        await stores.sql(`update aquifer.cache_log set at = at - interval '1 minute'`);
        for (let at = 0; at < 64; at++) await append(store);
      });
      const last = await append(store);
      await listening.caughtUp();
      expect(listening.losses).toEqual([expect.stringContaining('swept unread')]);
      expect([listening.keys[0], listening.keys.at(-1)]).toEqual([heard, last]);
    });
    await other.close();
  });

  test('tells a follower that the log began anew, as after a crash, and goes on', async () => {
    const other = await stores.open();
    await Listening.during(other, async (listening) => {
      const before = await append(store);
      await listening.caughtUp();
      await stores.sql(`truncate ${TABLES.map((name) => `aquifer.${name}`).join()}`);
      // As many as before and more, so that numbers alone would look as if nothing had happened.
      for (let at = 0; at < 20; at++) await append(store);
      await eventually('it is told', () => listening.losses.length > 0);
      await listening.caughtUp();
      const after = await append(store);
      await listening.caughtUp();
      expect(listening.losses).toEqual(['the log of the store began anew']);
      expect([listening.keys[0], listening.keys.at(-1)]).toEqual([before, after]);
      expect((await other.beginFeed(1000)).position).toBeUndefined();
    });
    await other.close();
  });

  test('takes no follower once it is closed', async () => {
    const other = await stores.open();
    await other.close();
    await expect(other.follow(new Listening())).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
  });

  test('begins to follow when the database answers at last', async () => {
    const sleeping = new SleepingProvider(provider);
    const other = openPostgresStore({ relational: sleeping.relational });
    const listening = new Listening();
    let following: Promise<unknown> | undefined;
    await sleeping.asleep(async () => {
      following = other.follow(listening);
      await eventually('it has tried again', () => sleeping.refused > 2);
      expect(listening.verifications).toEqual([]);
    });
    await following;
    const key = await append(store);
    await listening.caughtUp();
    expect(listening.keys).toEqual([key]);
    await other.close();
  });
});

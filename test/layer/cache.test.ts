import { setTimeout as sleep } from 'node:timers/promises';
import { integer, text } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Cache, entityTag } from '../../src/cache/index.js';
import { DOCUMENTS_ENTITY } from '../../src/documents/index.js';
import { entity } from '../../src/entities/index.js';
import { createDataLayer, type DataLayer, type Scope } from '../../src/layer/index.js';
import { serviceAvailable } from '../services/services.js';
import { openLayer } from '../support/layer.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres.js';
import { RedisServer, redisServerAvailable } from '../support/redis-server.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const things = entity('things', {
  schema: 'app',
  columns: { name: text().notNull(), size: integer() },
  traits: { events: true, softDelete: true },
});

let folder: string;
let database: TestDatabase | undefined;
let redis: RedisServer | undefined;
const hasServer = await serviceAvailable('postgres');
const hasRedis = hasServer && redisServerAvailable();
beforeAll(async () => {
  folder = makeTempDir();
  if (hasServer) database = await createMigratedDatabase();
  if (hasRedis) redis = await RedisServer.start();
});
afterAll(async () => {
  await redis?.remove();
  await database?.drop();
  await removeTempDir(folder);
});

const onServer = (cache: { store: 'memory' | 'postgres' | 'redis' }) => () =>
  createDataLayer(
    {
      relational: { url: database?.url },
      // A busy machine is no failing store.
      cache: { ...cache, prefix: `${cache.store}:`, deadlineMs: 5000 },
      ...(cache.store === 'redis' && { redis: { url: redis?.url() } }),
      entities: [things],
    },
    { env: {}, file: false },
  );

const VARIANTS = [
  ['embedded, in memory', () => openLayer(`${folder}/data`, { entities: [things] }), true, false],
  ['a server, in memory', onServer({ store: 'memory' }), hasServer, true],
  ['a server, shared in its tables', onServer({ store: 'postgres' }), hasServer, true],
  ['a server, shared in Redis', onServer({ store: 'redis' }), hasRedis, true],
] as const;

let tenants = 0;

describe.each(VARIANTS)('the cache of a scope (%s)', (_, open, available, several) => {
  if (!available) return void test.skip('the servers it needs are not running', () => undefined);
  let layer: DataLayer;
  let other: DataLayer;
  let scope: Scope;
  let tenantId: string;
  beforeAll(async () => {
    layer = await open();
    other = several ? await open() : layer;
    tenantId = `tenant-${++tenants}`;
    scope = layer.scope({ tenantId });
  });
  afterAll(async () => {
    await layer.close();
    if (several) await other.close();
  });

  /** What is in the row, through a cache. */
  const cachedName = (of: Scope, id: string, calls?: () => void) =>
    of.cache.memo(`thing:${id}`, { ttl: '1h', tags: [entityTag(things, id)] }, async () => {
      calls?.();
      return (await of.repository(things).findById(id))?.name ?? null;
    });

  test('follows what its own repositories write, at once', async () => {
    const repository = scope.repository(things);
    const { id } = await repository.create({ name: 'a' });
    expect(await cachedName(scope, id)).toBe('a');
    await repository.update(id, { name: 'b' });
    expect(await cachedName(scope, id)).toBe('b');
    await scope.transaction(async (session) => {
      await session.repository(things).update(id, { name: 'c' });
    });
    expect(await cachedName(scope, id)).toBe('c');
    await repository.delete(id);
    expect(await cachedName(scope, id)).toBeNull();
    await repository.restore(id);
    expect(await cachedName(scope, id)).toBe('c');
  });

  test('still knows what it knew after a rest', async () => {
    // Where a store tells, it is told all the time.
    if (layer.cacheStats().store) return;
    const calls = vi.fn(() => 'costly');
    await scope.cache.memo('costly', '1h', calls);
    await sleep(7000);
    await scope.cache.memo('costly', '1h', calls);
    expect(calls).toHaveBeenCalledTimes(1);
  });

  test('keeps what was made of a row after its own write was told, when the ledger tells it too', async () => {
    const repository = scope.repository(things);
    const { id } = await repository.create({ name: 'a' });
    await cachedName(scope, id);
    await sleep(300);
    await repository.update(id, { name: 'b' });
    const calls = vi.fn();
    expect(await cachedName(scope, id, calls)).toBe('b');
    await sleep(300);
    expect(await cachedName(scope, id, calls)).toBe('b');
    // Told twice only if the ledger was faster than the process that wrote.
    expect(calls.mock.calls.length).toBeLessThanOrEqual(2);
  });

  test('knows of rows that did not exist, and of lists, by the tag of the entity', async () => {
    const repository = scope.repository(things);
    const count = () =>
      scope.cache.memo('count', { ttl: '1h', tags: [entityTag(things)] }, () => repository.count());
    const before = await count();
    await repository.createMany([{ name: 'x' }, { name: 'y' }]);
    expect(await count()).toBe(before + 2);
  });

  test('follows writes of other programs within its bound, and stays in use while nothing changes', async () => {
    const { id } = await scope.repository(things).create({ name: 'old' });
    const reader = other.scope({ tenantId });
    await vi.waitFor(async () => expect(await cachedName(reader, id)).toBe('old'));
    await writeLikePsql(scope, database, several, tenantId, id);
    const soon = { interval: 2, timeout: 5000 };
    await vi.waitFor(async () => expect(await cachedName(reader, id)).toBe('by psql'), soon);
    const calls = vi.fn();
    await vi.waitFor(async () => {
      await cachedName(reader, id);
      expect(reader.cache.peek(`thing:${id}`)).toBe('by psql');
    });
    // The first looks into the ledger may come after the value was made; from then on the copy is believed.
    await sleep(300);
    await cachedName(reader, id);
    for (let round = 0; round < 15; round++) {
      await sleep(100);
      expect(await cachedName(reader, id, calls)).toBe('by psql');
    }
    expect(calls.mock.calls.length).toBeLessThanOrEqual(2);
  });

  test('follows its documents', async () => {
    const count = (of: Scope) =>
      of.cache.memo('documents', { ttl: '1h', tags: [entityTag(DOCUMENTS_ENTITY)] }, () =>
        of.documents.count(),
      );
    const there = other.scope({ tenantId });
    expect(await count(scope)).toMatchObject({ documents: 0 });
    expect(await count(there)).toMatchObject({ documents: 0 });
    const { documentId } = await scope.documents.ingest({ source: 'a.md', text: 'A note about travel.' });
    expect(await count(scope)).toMatchObject({ documents: 1 });
    await vi.waitFor(async () => expect(await count(there)).toMatchObject({ documents: 1 }), {
      timeout: 5000,
    });
    await scope.documents.delete(documentId);
    expect(await count(scope)).toMatchObject({ documents: 0 });
  });

  test('keeps tenants apart', async () => {
    const rival = layer.scope({ tenantId: `${tenantId}-rival` });
    await scope.cache.set('k', 'mine', { tags: ['t'] });
    expect(await rival.cache.get('k')).toBeUndefined();
    await rival.cache.set('k', 'theirs', { tags: ['t'] });
    await rival.cache.invalidateTags('t');
    await rival.cache.clear();
    expect(await scope.cache.get('k')).toBe('mine');
  });

  test('hears of what the other process removes', async () => {
    if (!several) return;
    const there: Cache = other.scope({ tenantId }).cache;
    await scope.cache.set('shared', 1, { tags: ['group'] });
    await there.memo('shared', { tags: ['group'] }, () => 1);
    await scope.cache.invalidateTags('group');
    await vi.waitFor(() => expect(there.peek('shared')).toBeUndefined(), { interval: 2 });
    expect(await there.get('shared')).toBeUndefined();
  });

  test('tells its figures', async () => {
    const stats = layer.cacheStats();
    expect(stats.l1Hits).toBeGreaterThan(0);
    expect(stats.invalidationLagMs).toBeLessThan(1000);
  });
});

/** A write that Aquifer does not see: on the embedded database by SQL, which repositories do not hear of either. */
async function writeLikePsql(
  scope: Scope,
  server: TestDatabase | undefined,
  several: boolean,
  tenantId: string,
  id: string,
): Promise<void> {
  const sql = `update app.things set name = 'by psql' where id = '${id}'`;
  if (!several || !server) return void (await scope.query(sql));
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('aquifer.tenant_id', $1, true)`, [tenantId]);
    const { rowCount } = await client.query(sql);
    expect(rowCount).toBe(1);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

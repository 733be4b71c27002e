import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRedisStore, type RedisCacheStore } from '../../src/cache/redis/index.js';
import { slotOf } from '../../src/cache/redis/slot.js';
import { entry, eventually, fillOne, fresh, leaseAll } from '../../src/cache/store/conformance/fixture.js';
import { append, Listening } from '../../src/cache/store/conformance/listening.js';
import { RedisCluster } from '../support/redis-cluster.js';
import { type RedisServer, redisServerAvailable } from '../support/redis-server.js';

const LOG_SLOT = slotOf('{log}');
const isDone = () => true;
const isNotDone = () => false;

describe.skipIf(!redisServerAvailable())('the shared tier on a cluster', () => {
  let cluster: RedisCluster;
  let store: RedisCacheStore;
  beforeAll(async () => {
    cluster = await RedisCluster.start({ replicas: 1 });
  });
  afterAll(() => cluster?.remove());
  beforeEach(async () => {
    store = await openRedisStore({ cluster: cluster.nodes });
  });
  afterEach(() => store.close());

  test('finds the slot of a key as Redis does', async () => {
    const [node] = cluster.primaries as [RedisServer];
    for (const key of ['a', 'aq:cache:v:{t/u|k}', '{log}:n', 'x{}y', 'ü{é}', '{a}{b}', '{a', '}{b}']) {
      expect(slotOf(key)).toBe(await node.command('CLUSTER', 'KEYSLOT', key));
    }
  });

  test('reads and invalidates while a slot moves, and does the rest again when it has moved', async () => {
    const key = fresh();
    const slot = slotOf(`{${key}}`);
    const from = cluster.primaryOf(slot);
    const to = cluster.primaries.find((server) => server !== from) as RedisServer;
    await store.write([entry(key, 'before')], 'me');
    const { token, marks } = await leaseAll(store, [{ key }], { marks: ['s:'] });
    await cluster.moveSlot(slot, from, to, async () => {
      const read = await store.read([key], ['s:']);
      expect(String(read.values[0])).toBe('before');
      expect(read.marks).toEqual(marks);
      // Redis does nothing at once with several keys of a slot that moves, when one of them does not exist.
      await expect(leaseAll(store, [{ key }])).rejects.toMatchObject({ code: 'AQF_CACHE_STORE_UNAVAILABLE' });
      await store.invalidate({ keys: [key], marks: ['s:'] }, 'me');
      const after = await store.read([key], ['s:']);
      expect(after.values).toEqual([undefined]);
      expect(after.marks).not.toEqual(marks);
    });
    expect(await fillOne(store, key, 'late', token)).toBe(false);
    await store.write([entry(key, 'written after')], 'me');
    expect(String((await store.read([key], [])).values[0])).toBe('written after');
    await cluster.moveSlot(slot, to, from);
  });

  test('follows the log to where it moves', async () => {
    const from = cluster.primaryOf(LOG_SLOT);
    const to = cluster.primaries.find((server) => server !== from) as RedisServer;
    await Listening.during(store, async (listening) => {
      const first = await append(store);
      await listening.caughtUp();
      await cluster.moveSlot(LOG_SLOT, from, to);
      await append(store);
      await eventually('what was told meanwhile may be lost', () => listening.losses.length > 0);
      const last = await append(store);
      await listening.caughtUp();
      expect(listening.keys.at(0)).toBe(first);
      expect(listening.keys.at(-1)).toBe(last);
    });
    await cluster.moveSlot(LOG_SLOT, to, from);
  });

  test('takes the credentials in the URL of one node for all of them', async () => {
    for (const server of cluster.primaries) {
      await server.command('ACL', 'SETUSER', 'app', 'reset', 'on', '>p@ss', '~*', '&*', '+@all');
    }
    const [{ port }] = cluster.primaries as [RedisServer];
    const open = (user: string) => openRedisStore({ cluster: [`redis://${user}@127.0.0.1:${port}`] });
    const right = await open('app:p%40ss');
    await right.ping();
    await right.close();
    const wrong = await open('app:wr0ng');
    const refusal = (await wrong.ping().catch((error: unknown) => error)) as Error;
    expect(refusal).toMatchObject({ code: 'AQF_CACHE_STORE_UNAVAILABLE' });
    expect(refusal.stack + JSON.stringify(refusal)).not.toContain('wr0ng');
    await wrong.close();
  });

  // Last: it changes who is the primary.
  test('survives the death of a primary: its replica takes over, and nothing from before counts', async () => {
    const dying = cluster.primaryOf(LOG_SLOT);
    const { marks } = await leaseAll(store, [], { marks: ['s:'] });
    await Listening.during(store, async (listening) => {
      await append(store);
      await listening.caughtUp();
      await dying.kill9();
      await eventually('the log is there again', async () => append(store).then(isDone, isNotDone));
      await listening.caughtUp();
      expect(listening.losses.length).toBeGreaterThan(0);
      expect((await store.read([], ['s:'])).marks).not.toEqual(marks);
    });
    await dying.start();
    await cluster.whole();
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRedisStore, REDIS_DATABASES, type RedisCacheStore } from '../../src/cache/redis/index.js';
import {
  entry,
  eventually,
  fillOne,
  fresh,
  leaseAll,
  leaseOne,
  readText,
} from '../../src/cache/store/conformance/fixture.js';
import { append, Listening } from '../../src/cache/store/conformance/listening.js';
import type { CacheStore } from '../../src/cache/store/store.js';
import { RedisServer, redisServerAvailable } from '../support/redis-server.js';

const UNAVAILABLE = { code: 'AQF_CACHE_STORE_UNAVAILABLE' };
const LOG = 'aq:cache:{log}';

describe.skipIf(!redisServerAvailable())('the shared tier in Redis, when the server', () => {
  let server: RedisServer;
  let store: RedisCacheStore;

  beforeEach(async () => {
    server = await RedisServer.start();
    store = await openRedisStore({ url: server.url() });
  });
  afterEach(async () => {
    await store.close();
    await server.remove();
  });

  const answers = (asked: CacheStore = store) =>
    eventually('the store answers', async () => asked.ping().then(isDone, isNotDone));
  const inDatabase = <T>(work: Parameters<typeof server.with<T>>[1]) =>
    server.with(REDIS_DATABASES.cache, work);

  test('is down at the start: opens, refuses at once, and is there when the server is', async () => {
    await server.kill9();
    const before = performance.now();
    const other = await openRedisStore({ url: server.url() });
    await expect(other.read(['a'], [])).rejects.toMatchObject(UNAVAILABLE);
    await expect(other.invalidate({ keys: ['a'], marks: [] }, 'me')).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - before).toBeLessThan(1000);
    const listening = Listening.to(other);
    await server.start();
    const back = performance.now();
    await answers(other);
    expect(performance.now() - back).toBeLessThan(1000);
    await (await listening).caughtUp();
    expect((await listening).losses).toEqual([]);
    await other.close();
  });

  test('never comes: closes with someone waiting to follow', async () => {
    await server.kill9();
    const other = await openRedisStore({ url: server.url() });
    const following = other.follow({ told() {}, verified() {}, lost() {} });
    await other.close();
    await (await following).close();
  });

  test('dies in a call: the call fails at once, and is not repeated behind its back', async () => {
    server.freeze();
    const calls = Promise.allSettled([store.ping(), store.write([entry('k', 'late')], 'me')]);
    await server.kill9();
    for (const call of await calls) expect(call).toMatchObject({ reason: UNAVAILABLE });
    await server.start();
    await answers();
    expect(await readText(store, 'k')).toBeUndefined();
  });

  test('hangs for long: the connection is given up, and works again when the server does', async () => {
    server.freeze();
    await expect(store.ping()).rejects.toMatchObject(UNAVAILABLE);
    server.thaw();
    await answers();
  });

  test('hangs: nothing is verified of that time until it goes on', async () => {
    await Listening.during(store, async (listening) => {
      await listening.caughtUp();
      server.freeze();
      const frozen = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(listening.verifications.every(({ since }) => since <= frozen + 1)).toBe(true);
      server.thaw();
      await listening.caughtUp();
      expect(listening.losses).toEqual([]);
    });
  });

  test('restarts with its data: followers are told that entries may be lost, and of what comes then', async () => {
    await Listening.during(store, async (listening) => {
      const first = await append(store);
      await listening.caughtUp();
      await server.stop();
      await server.start();
      await answers();
      await eventually('the loss is told', () => listening.losses.length > 0);
      const second = await append(store);
      await listening.caughtUp();
      expect(listening.keys).toEqual([first, second]);
      expect(listening.losses).toHaveLength(1);
    });
  });

  test('restarts without an invalidation it had confirmed: nothing from before counts', async () => {
    const key = fresh();
    const { marks, token } = await leaseAll(store, [{ key }], { marks: ['s:', 's:tenant'] });
    await fillOne(store, key, 'old', token);
    const kept = await inDatabase((client) => client.dump(`aq:cache:v:{${key}}`));
    await store.invalidate({ keys: [key], marks: [] }, 'me');
    await server.stop();
    await server.start();
    // What a crash within the second between two syncs of the file leaves behind.
    await inDatabase((client) =>
      client.call('RESTORE', `aq:cache:v:{${key}}`, 0, kept as unknown as string).catch(() => 0),
    );
    await answers();
    const read = await store.read([key], ['s:', 's:tenant']);
    expect(read.marks[0]).not.toBe(marks[0]);
    expect(read.marks[1]).toBe(marks[1]);
  });

  test('is only left by the connection: nothing is dropped', async () => {
    const { marks } = await leaseAll(store, [], { marks: ['s:'] });
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal');
    await answers();
    expect((await store.read([], ['s:'])).marks).toEqual(marks);
    const other = await openRedisStore({ url: server.url() });
    expect((await other.read([], ['s:'])).marks).toEqual(marks);
    await other.close();
  });

  test('is emptied without anybody leaving: followers are told that entries may be lost', async () => {
    await Listening.during(store, async (listening) => {
      await append(store);
      await listening.caughtUp();
      await server.command('FLUSHALL');
      await eventually('the loss is told', () => listening.losses.length > 0);
      const key = await append(store);
      await listening.caughtUp();
      expect(listening.keys.at(-1)).toBe(key);
      expect(listening.losses).toHaveLength(1);
    });
  });

  test('is emptied and as many entries follow as there were: still told', async () => {
    await Listening.during(store, async (listening) => {
      await append(store);
      await append(store);
      await listening.caughtUp();
      await inDatabase((client) => client.flushdb());
      await append(store);
      await append(store);
      await eventually('the loss is told', () => listening.losses.length > 0);
    });
  });

  test('drops entries before they were told: told, before what comes after', async () => {
    await Listening.during(store, async (listening) => {
      await append(store);
      await listening.caughtUp();
      // One transaction: the follower sees only what is left.
      await inDatabase((client) =>
        client.multi().incr(`${LOG}:n`).xadd(LOG, '*', 'n', '1', 'e', '["x",0,[],[]]').exec(),
      );
      await eventually('the loss is told', () => listening.losses.length > 0);
      expect(listening.entries).toHaveLength(1);
      const key = await append(store);
      await listening.caughtUp();
      expect(listening.keys.at(-1)).toBe(key);
    });
  });

  test('evicts the log or its counter: told', async () => {
    await Listening.during(store, async (listening) => {
      await append(store);
      await listening.caughtUp();
      await inDatabase((client) => client.del(`${LOG}:n`));
      await eventually('the loss is told', () => listening.losses.length === 1);
      await inDatabase((client) => client.multi().incr(`${LOG}:n`).del(LOG).exec());
      await eventually('the loss is told again', () => listening.losses.length === 2);
      await append(store);
      await listening.caughtUp();
      expect(listening.losses).toHaveLength(2);
    });
  });

  test('holds a strange entry in the log: told as a loss, and passed', async () => {
    await Listening.during(store, async (listening) => {
      await inDatabase((client) => client.xadd(LOG, '*', 'what', 'ever'));
      await eventually('the loss is told', () => listening.losses.length > 0);
      const key = await append(store);
      await listening.caughtUp();
      expect(listening.keys).toEqual([key]);
    });
  });

  test('trims the log: it stays short', async () => {
    for (let round = 0; round < 12; round++) {
      await Promise.all(Array.from({ length: 1000 }, () => store.invalidate({ keys: [], marks: [] }, 'me')));
    }
    expect(await inDatabase((client) => client.xlen(LOG))).toBeLessThan(10_500);
  });

  test('is out of memory: refuses values, and still invalidates and feeds', async () => {
    const key = fresh();
    const { marks, token } = await leaseAll(store, [{ key }], { marks: ['s:', 't:x'] });
    await fillOne(store, key, 'value', token);
    await Listening.during(store, async (listening) => {
      await server.configure({ maxmemory: 1, 'maxmemory-policy': 'noeviction' });
      await expect(store.write([entry(fresh(), 'x')], 'me')).rejects.toMatchObject(UNAVAILABLE);
      await expect(store.write([entry(fresh(), 'x')], 'me')).rejects.toThrow(/OOM/);
      expect(await readText(store, key)).toBe('value');
      await store.invalidate({ keys: [key], marks: ['t:x'] }, 'me');
      const turn = await store.beginFeed(1000);
      expect(await store.feed(turn, '7', { keys: [], marks: ['s:'] })).toBe(true);
      const read = await store.read([key], ['s:', 't:x']);
      expect(read.values).toEqual([undefined]);
      for (const [index, mark] of marks.entries()) expect(read.marks[index]).not.toBe(mark);
      await listening.caughtUp();
      expect(listening.entries).toHaveLength(2);
    });
  });

  test('becomes a replica: nothing it says is trusted, until it is a primary again', async () => {
    const { marks } = await leaseAll(store, [], { marks: ['s:'] });
    const primary = await RedisServer.start();
    await Listening.during(store, async (listening) => {
      await listening.caughtUp();
      await server.command('REPLICAOF', '127.0.0.1', primary.port);
      await eventually('reads are refused', async () => store.read([], ['s:']).then(isNotDone, isDone));
      await server.command('REPLICAOF', 'NO', 'ONE');
      await answers();
      await listening.caughtUp();
      expect(listening.losses.length).toBeGreaterThan(0);
      expect((await store.read([], ['s:'])).marks).not.toEqual(marks);
    });
    await primary.remove();
  });

  test('answers with bytes of any kind: they are handed on as they are', async () => {
    await inDatabase((client) => client.set('aq:cache:v:{garbage}', Buffer.from([0xff, 0, 0xc3, 0x28])));
    await inDatabase((client) => client.lpush('aq:cache:v:{list}', 'x'));
    const { values } = await store.read(['garbage', 'list'], []);
    expect(values).toEqual([Buffer.from([0xff, 0, 0xc3, 0x28]), undefined]);
  });

  test('forgets its scripts: they are sent again', async () => {
    await append(store);
    await server.command('SCRIPT', 'FLUSH');
    await append(store);
    expect((await leaseOne(store, fresh())).granted).toBe(true);
  });

  test('wants a password: the message tells so without the wrong one', async () => {
    await server.configure({ requirepass: 'the-right-one' });
    const url = `redis://:the-wrong-one@127.0.0.1:${server.port}`;
    const other = await openRedisStore({ url });
    const refusal = await other.ping().catch((error: unknown) => error);
    expect(refusal).toMatchObject(UNAVAILABLE);
    expect(String((refusal as Error).message)).toMatch(/WRONGPASS/);
    expect(JSON.stringify(refusal) + String((refusal as Error).stack)).not.toContain('the-wrong-one');
    expect((refusal as Error).cause).toBeUndefined();
    await other.close();
    const right = await openRedisStore({ url: `redis://:the-right-one@127.0.0.1:${server.port}` });
    await right.ping();
    await right.close();
  });
});

const isDone = () => true;
const isNotDone = () => false;

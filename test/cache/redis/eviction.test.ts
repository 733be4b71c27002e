import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  checkEviction,
  openRedisStore,
  REDIS_DATABASES,
  type RedisPurpose,
} from '../../../src/cache/redis/index.js';
import { RedisServer, redisServerAvailable } from '../../support/redis-server.js';

const REFUSED = { code: 'AQF_CACHE_STORE_REFUSED' };

describe.skipIf(!redisServerAvailable())('the check of the eviction policy', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.remove());
  beforeEach(() => server.command('FLUSHALL'));

  const setPolicy = (policy: string, maxmemory = '100mb') =>
    server.configure({ 'maxmemory-policy': policy, maxmemory });
  const check = (purpose: RedisPurpose, neighbours?: Parameters<typeof checkEviction>[2]) =>
    server.with(REDIS_DATABASES[purpose], (client) => checkEviction(client, purpose, neighbours));
  const addJob = () =>
    server.with(REDIS_DATABASES.queues, (client) => client.hset('bull:mail:meta', 'a', 'b'));

  test('lets queues be where nothing is evicted, and nowhere else', async () => {
    await setPolicy('noeviction');
    expect(await check('queues')).toEqual({ policy: 'noeviction', warning: undefined });
    for (const policy of ['allkeys-lru', 'volatile-lru', 'volatile-ttl']) {
      await setPolicy(policy);
      await expect(check('queues')).rejects.toMatchObject(REFUSED);
    }
  });

  test('warns of a cache that stores nothing new when it is full', async () => {
    await setPolicy('noeviction');
    expect((await check('cache')).warning).toMatch(/full cache/);
    await setPolicy('noeviction', '0');
    expect((await check('cache')).warning).toBeUndefined();
    await setPolicy('allkeys-lru');
    expect((await check('cache')).warning).toBeUndefined();
  });

  test('refuses a cache that evicts the jobs beside it: said to be there, or found', async () => {
    await setPolicy('allkeys-lfu');
    await expect(check('cache', { queues: 'here' })).rejects.toMatchObject(REFUSED);
    await expect(check('cache')).resolves.toMatchObject({ policy: 'allkeys-lfu' });
    await addJob();
    await expect(check('cache')).rejects.toMatchObject(REFUSED);
    await expect(check('cache', { queues: 'elsewhere' })).resolves.toMatchObject({ policy: 'allkeys-lfu' });
    await setPolicy('volatile-lfu');
    await expect(check('cache')).resolves.toMatchObject({ policy: 'volatile-lfu' });
  });

  test('is asked through a store, too', async () => {
    await setPolicy('allkeys-lru');
    const store = await openRedisStore({ url: server.url() });
    await expect(store.checkEviction()).resolves.toEqual({ policy: 'allkeys-lru', warning: undefined });
    await addJob();
    await expect(store.checkEviction()).rejects.toMatchObject(REFUSED);
    await store.close();
    // At the next start it is refused.
    await expect(openRedisStore({ url: server.url() })).rejects.toMatchObject(REFUSED);
  });

  test('warns of other purposes that may be evicted', async () => {
    await setPolicy('allkeys-random');
    expect((await check('sessions')).warning).toMatch(/sessions/);
    await setPolicy('noeviction');
    expect((await check('sessions')).warning).toBeUndefined();
  });

  test('asks INFO where CONFIG is forbidden, and warns where both are', async () => {
    await setPolicy('allkeys-lru');
    const asUser = async (rules: string[]) => {
      await server.command('ACL', 'SETUSER', 'app', 'reset', 'on', 'nopass', '~*', '+@all', ...rules);
      return server.with(0, async (client: Redis) => {
        await client.call('AUTH', 'app', 'any');
        return checkEviction(client, 'queues');
      });
    };
    await expect(asUser(['-config'])).rejects.toMatchObject(REFUSED);
    await expect(asUser(['-info'])).rejects.toMatchObject(REFUSED);
    const blind = await asUser(['-config', '-info']);
    expect(blind).toEqual({ policy: undefined, warning: expect.stringMatching(/does not tell/) });
  });
});

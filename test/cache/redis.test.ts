import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe } from 'vitest';
import { openRedisStore, REDIS_DATABASES } from '../../src/cache/redis/index.js';
import { cacheStoreConformance } from '../../src/cache/store/conformance.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { RedisCluster } from '../support/redis-cluster.js';
import { RedisSentinelGroup } from '../support/redis-sentinel.js';
import { redisServerAvailable } from '../support/redis-server.js';

const PRIVATE = redisServerAvailable();

describe.skipIf(!(await serviceAvailable('redis')))('on one server', () => {
  const prefix = `aqtest:${randomUUID()}:`;
  afterAll(() => removeKeys(prefix));
  cacheStoreConformance('Redis', () => openRedisStore({ url: serviceUrl('redis'), prefix }));
});

describe.skipIf(!PRIVATE)('on a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster?.remove());
  cacheStoreConformance('Redis Cluster', () => openRedisStore({ cluster: cluster.nodes }));
});

describe.skipIf(!PRIVATE)('behind Sentinel', () => {
  let group: RedisSentinelGroup;
  beforeAll(async () => {
    group = await RedisSentinelGroup.start();
  });
  afterAll(() => group?.remove());
  cacheStoreConformance('Redis with Sentinel', () => openRedisStore({ sentinel: group }));
});

/** Marks would stay for a month on a server that is shared. */
async function removeKeys(prefix: string): Promise<void> {
  const client = new Redis(serviceUrl('redis'), { db: REDIS_DATABASES.cache });
  for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 })) {
    if (keys.length > 0) await client.unlink(keys);
  }
  client.disconnect();
}

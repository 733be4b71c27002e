import { setTimeout as wait } from 'node:timers/promises';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCache } from '../../src/cache/index.js';
import { RedisServer, redisServerAvailable } from '../support/redis-server.js';
import { machineMs, ServedValues } from '../support/served-values.js';

/** What the schedule needs of a cache of two tiers. */
interface Peer {
  memo(key: string, factory: () => number | Promise<number>): Promise<number>;
  remove(key: string): Promise<boolean>;
  close(): Promise<void>;
}

const BOUND_MS = 1000;
const TTL_MS = 60_000;

const openAquifer = async (redis: RedisServer): Promise<Peer> => {
  const cache = await createCache({ redis: redis.url(1) });
  return {
    memo: (key, factory) => cache.memo(key, TTL_MS, factory),
    remove: (key) => cache.delete(key),
    close: () => cache.close(),
  };
};

const openBentocache = async (redis: RedisServer): Promise<Peer> => {
  const connection = { host: '127.0.0.1', port: redis.port, db: 2 };
  const bento = new BentoCache({
    default: 'tiered',
    stores: {
      tiered: bentostore()
        .useL1Layer(memoryDriver({ maxItems: 1000 }))
        .useL2Layer(redisDriver({ connection }))
        .useBus(redisBusDriver({ connection })),
    },
  });
  return {
    memo: (key, factory) => bento.getOrSet({ key, ttl: TTL_MS, factory }),
    remove: async (key) => {
      await bento.delete({ key });
      return true;
    },
    close: () => bento.disconnectAll(),
  };
};

/**
 * A fill against a removal, in an order that is fixed: one process loads a value and is slow to keep it; another changes
 * the truth and removes the key. Later than the bound both ask again.
 */
describe.skipIf(!redisServerAvailable())('a fill that a removal overtakes', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.remove());

  test.each([
    ['Aquifer', openAquifer, 'none'],
    ['bentocache with L1, Redis as L2 and its bus', openBentocache, 'some'],
  ] as const)('%s', async (name, open, expected) => {
    const filler = await open(redis);
    const writer = await open(redis);
    try {
      const judge = await overtaken(filler, writer);
      console.log(`${name}: ${judge.violations.length} of ${judge.calls} values served were wrong`);
      if (expected === 'none') expect(judge.violations).toEqual([]);
      else expect(judge.violations.length).toBeGreaterThan(0);
    } finally {
      await Promise.all([filler.close(), writer.close()]);
    }
  });
});

async function overtaken(filler: Peer, writer: Peer): Promise<ServedValues> {
  const judge = new ServedValues(BOUND_MS);
  let truth = 0;
  let land: () => void = () => undefined;
  const landing = new Promise<void>((resolve) => {
    land = resolve;
  });
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const filling = filler.memo('k', async () => {
    const number = truth;
    begin();
    await landing;
    return number;
  });
  await begun;
  truth = 1;
  judge.writing('k', 1, 'writer');
  expect(await writer.remove('k')).toBe(true);
  const confirmedAt = machineMs();
  judge.resolved('k', 1, confirmedAt);
  judge.confirmed('k', 1, confirmedAt);
  land();
  await filling;
  while (machineMs() <= confirmedAt + BOUND_MS) await wait(50);
  for (const [who, cache] of Object.entries({ filler, writer })) {
    const asked = machineMs();
    judge.served('k', await cache.memo('k', () => truth), who, asked, 'memo');
  }
  return judge;
}

import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache } from '../../src/cache/index.js';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured } from '../harness/measurement.js';
import { median } from '../harness/statistics.js';
import { timed } from '../harness/timing.js';
import { withPrefix } from './redis.js';
import { makeUser, TTL_MS, type User, userKey } from './users.js';

const TAGGED = 1000;
const REPEATS = 9;

/** How long it takes to invalidate a tag that a thousand values carry, until nobody is served one of them. */
export async function measureTags(url: string, context: BenchmarkContext): Promise<Measurement[]> {
  context.progress(`a tag of ${TAGGED} values`);
  const bento = { name: 'deleteByTag of bentocache in memory', value: await inBentocache() };
  return [
    measured('tag_invalidation_ms', await inMemory(), 'ms', bento),
    measured('tag_invalidation_redis_ms', await inRedis(url), 'ms'),
  ];
}

async function inMemory(): Promise<number> {
  await using cache = await createCache<User>({ maxEntries: 2 * TAGGED });
  const options = { ttl: TTL_MS, tags: ['team'] };
  return medianMs(
    async () => void (await cache.setMany(taggedUsers(), options)),
    () => cache.invalidateTags('team'),
  );
}

async function inRedis(url: string): Promise<number> {
  return withPrefix(url, async (prefix) => {
    await using cache = await createCache<User>({ redis: { url, prefix }, maxEntries: 2 * TAGGED });
    const options = { ttl: TTL_MS, tags: ['team'] };
    return medianMs(
      async () => void (await cache.setMany(taggedUsers(), options)),
      () => cache.invalidateTags('team'),
    );
  });
}

async function inBentocache(): Promise<number> {
  const memory = memoryDriver({ maxItems: 2 * TAGGED, serialize: false });
  const bento = new BentoCache({ default: 'memory', stores: { memory: bentostore().useL1Layer(memory) } });
  const fill = async () => {
    for (const [key, value] of taggedUsers()) await bento.set({ key, value, ttl: TTL_MS, tags: ['team'] });
  };
  try {
    return await medianMs(fill, () => bento.deleteByTag({ tags: ['team'] }));
  } finally {
    await bento.disconnectAll();
  }
}

async function medianMs(fill: () => Promise<void>, invalidate: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    await fill();
    times.push((await timed(invalidate)).ms);
  }
  return median(times);
}

function taggedUsers(): (readonly [string, User])[] {
  return Array.from({ length: TAGGED }, (_, id) => [userKey(id), makeUser(id)] as const);
}

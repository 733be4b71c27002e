import { afterEach, describe, expect, test } from 'vitest';
import { createCache, type OpenCache } from '../index.js';
import { createPrefetcher } from './index.js';
import type { PrefetcherOptions } from './options.js';

const caches: OpenCache<string>[] = [];
afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
});

/** Numbers from 0 to 1 that are the same each time: a linear congruence (Numerical Recipes, 7.1). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Access = readonly [session: string, key: string];

/** Someone reads: what of it was in the cache, with a prefetcher beside it that learns as it goes. */
async function simulate(accesses: Iterable<Access>, options: Partial<PrefetcherOptions<string>>) {
  const cache = await createCache<string>({ jitter: 0, maxEntries: 200 });
  caches.push(cache);
  const clock = { at: 0 };
  const load = async (key: string) => key;
  const prefetcher = createPrefetcher<string>({
    cache,
    load,
    now: () => clock.at,
    random: () => 0.5,
    perSecond: 1000,
    maxInFlight: 100,
    ...options,
  });
  let misses = 0;
  const run = async (more: Iterable<Access>, stepMs: number) => {
    misses = 0;
    for (const [session, key] of more) {
      if (cache.peek(key) === undefined) misses++;
      await cache.memo(key, '1h', () => key);
      prefetcher.observe(session, key);
      await prefetcher.settled();
      clock.at += stepMs;
    }
    return misses;
  };
  return { prefetcher, clock, run, misses: await run(accesses, 100) };
}

/** Users who open one of 400 lists, then mostly its item, then mostly that item's history. */
function* browsing(random: () => number, visits: number): Generator<Access> {
  for (let visit = 0; visit < visits; visit++) {
    const list = Math.floor(random() * 400);
    const session = `user ${Math.floor(random() * 50)}, visit ${visit}`;
    yield [session, `list ${list}`];
    yield [session, random() < 0.85 ? `item ${list}` : `item ${Math.floor(random() * 400)}`];
    if (random() < 0.7) yield [session, `history ${list}`];
  }
}

function* atRandom(random: () => number, accesses: number): Generator<Access> {
  for (let n = 0; n < accesses; n++) {
    yield [`user ${Math.floor(random() * 5)}`, `key ${Math.floor(random() * 5000)}`];
  }
}

const OFF = { probability: 1, support: 10_000_000 };

describe('fetching ahead', () => {
  test('saves more than a third of the misses of people who browse', async () => {
    const without = await simulate(browsing(randomFrom(7), 6000), OFF);
    const ahead = await simulate(browsing(randomFrom(7), 6000), {});
    const figures = ahead.prefetcher.figures();
    console.log(`misses: ${without.misses} without, ${ahead.misses} ahead; ${JSON.stringify(figures)}`);
    expect(ahead.misses).toBeLessThan(without.misses * 0.65);
    expect(figures).toMatchObject({ state: 'active', active: true, failed: 0 });
    expect(figures.hitRate).toBeGreaterThan(0.7);
    expect(figures.used / figures.issued).toBeGreaterThan(0.7);
  });

  test('issues next to nothing where keys are asked for at random', async () => {
    const { prefetcher } = await simulate(atRandom(randomFrom(3), 20_000), {});
    expect(prefetcher.figures().issued).toBeLessThan(20);
  });

  test('turns itself off where its guesses are bad, probes now and then, and comes back when they are good', async () => {
    const random = randomFrom(11);
    // Guesses at what it saw once.
    const gullible = { probability: 0.3, support: 1, probe: 10, horizon: '10s', rest: '1m', maxRest: '8m' };
    const { prefetcher, clock, run } = await simulate(atRandom(random, 20_000), gullible);
    const poor = prefetcher.figures();
    const minutes = clock.at / 60_000;
    console.log(`${minutes} minutes at random: ${JSON.stringify(poor)}`);
    expect(poor).toMatchObject({ observed: 20_000, failed: 0 });
    expect(poor.predicted).toBeGreaterThan(5000);
    expect(poor.state).not.toBe('active');
    // A probe of ten at first, and after rests of 1, 2, 4 and then 8 minutes.
    expect(poor.issued).toBeGreaterThanOrEqual(40);
    expect(poor.issued).toBeLessThanOrEqual(80);
    expect(poor.used / poor.issued).toBeLessThan(0.3);

    clock.at += 480_000;
    await run(browsing(random, 3000), 100);
    expect(prefetcher.figures()).toMatchObject({ state: 'active' });
    expect(prefetcher.figures().issued).toBeGreaterThan(500);
  });

  test('turns itself off when a pattern that it lived on is gone', async () => {
    const random = randomFrom(5);
    const { prefetcher, run } = await simulate(browsing(random, 2000), { horizon: '5s' });
    expect(prefetcher.figures().state).toBe('active');
    const before = prefetcher.figures().issued;
    /** The same lists, and then something else each time. */
    function* estranged(): Generator<Access> {
      for (let n = 0; n < 400; n++) {
        yield [`stranger ${n}`, `list ${Math.floor(random() * 400)}`];
        yield [`stranger ${n}`, `elsewhere ${n}`];
      }
    }
    await run(estranged(), 200);
    const after = prefetcher.figures();
    expect(after.state).not.toBe('active');
    expect(after.issued - before).toBeLessThan(150);
    expect(after.withheld).toBeGreaterThan(100);
  });
});

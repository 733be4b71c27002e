import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured, relative } from '../harness/measurement.js';
import { spread } from '../relational/turns.js';
import { openAquifer } from './peers/aquifer.js';
import { openBentocache } from './peers/bentocache.js';
import { openCacheManager } from './peers/cache-manager.js';
import { openCacheable } from './peers/cacheable.js';
import { openKeyv } from './peers/keyv.js';
import { openLru, openLruWithTtl } from './peers/lru.js';
import type { Peer } from './peers/peer.js';
import { type Rates, ratesInTurns, type Stretch } from './rates.js';
import { makeUser, shuffledKeys, type User } from './users.js';

/** How many keys there are, and what is behind a metric's name then. */
const SIZES = [
  { keys: 1_000, suffix: '' },
  { keys: 100_000, suffix: '_100k' },
] as const;
/** Calls of a stretch: some milliseconds of each. */
const FAST_CALLS = 30_000;
const SLOW_CALLS = 2_000;
/** Stretches are short, so there are more of them than of others. */
const ROUNDS_FOLD = 4;
const WARM_UP = 12;

/**
 * Hits in this process: awaited against lru-cache and the peers' get-or-set, and without await. A hit waits for nothing, so
 * it is judged by its time on the processor, which is the same whatever else the machine does.
 */
export async function measureHits(rounds: number, context: BenchmarkContext): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { keys: count, suffix } of SIZES) {
    context.progress(`hits among ${count} keys`);
    const opened = await openAll(count);
    try {
      const { processor } = await ratesInTurns(stretchesOf(opened), {
        rounds: rounds * ROUNDS_FOLD,
        warmUp: WARM_UP,
      });
      measurements.push(...reported(processor, opened, suffix));
    } finally {
      for (const peer of Object.values<Peer>(opened)) await peer.close();
    }
  }
  context.note('hits in this process are judged by processor time, that of garbage collection included');
  return measurements;
}

type Opened = Awaited<ReturnType<typeof openAll>>;

/** All of them, filled with the same users in the same order. */
async function openAll(count: number) {
  const keys = shuffledKeys(count);
  const capacity = count * 2;
  const opened = {
    aquifer: await openAquifer(keys, capacity),
    lru: await openLru(keys, capacity),
    lruTtl: await openLruWithTtl(keys, capacity),
    bentocache: await openBentocache(keys, capacity),
    cacheable: await openCacheable(keys, capacity),
    cacheManager: await openCacheManager(keys, capacity),
    keyv: await openKeyv(keys, capacity),
  };
  for (const peer of Object.values<Peer>(opened)) await peer.fill(usersOf(keys));
  return opened;
}

function* usersOf(keys: readonly string[]): Generator<readonly [string, User]> {
  for (const [id, key] of keys.entries()) yield [key, makeUser(id)];
}

type Subject =
  | 'memo'
  | 'options'
  | 'peek'
  | 'asyncLru'
  | 'asyncLruTtl'
  | 'lru'
  | 'lruTtl'
  | 'bentocache'
  | 'cacheable'
  | 'cacheManager'
  | 'keyv';

function stretchesOf(opened: Opened): Record<Subject, Stretch> {
  const { aquifer, lru, lruTtl, bentocache, cacheable, cacheManager, keyv } = opened;
  const fast = (run: Stretch['run']): Stretch => ({ calls: FAST_CALLS, run });
  const slow = (run: Stretch['run']): Stretch => ({ calls: SLOW_CALLS, run });
  return {
    memo: fast(aquifer.hits),
    options: fast(aquifer.optionHits),
    peek: fast(aquifer.peeks),
    asyncLru: fast(lru.hits),
    asyncLruTtl: fast(lruTtl.hits),
    lru: fast(lru.gets),
    lruTtl: fast(lruTtl.gets),
    bentocache: slow(bentocache.hits),
    cacheable: slow(cacheable.hits),
    cacheManager: slow(cacheManager.hits),
    keyv: slow(keyv.hits),
  };
}

/** Those with a get-or-set of their own. */
const GET_OR_SET = ['bentocache', 'cacheable', 'cacheManager'] as const;

function reported(rates: Rates<Subject>, opened: Opened, suffix: string): Measurement[] {
  const versus = (metric: string, subject: Subject, reference: Subject, about: string) => {
    const ratio = rates.speed(subject, reference);
    const text = `${about}, ${Math.round(rates.perSecond(reference) / 1000)} k/s; half of the rounds ${spread(ratio)}`;
    return relative(`${metric}${suffix}`, ratio.median, 'ratio', text);
  };
  const best = rates.fastest(GET_OR_SET);
  return [
    measured(`memo_hits_per_s${suffix}`, rates.perSecond('memo'), 'hits/s'),
    versus('memo_hit_vs_async_lru', 'memo', 'asyncLru', opened.lru.about),
    versus('memo_hit_vs_async_lru_ttl', 'memo', 'asyncLruTtl', opened.lruTtl.about),
    versus('memo_hit_with_options_vs_async_lru', 'options', 'asyncLru', opened.lru.about),
    versus('memo_hit_vs_best_peer', 'memo', best, opened[best].about),
    versus('memo_hit_vs_bentocache', 'memo', 'bentocache', opened.bentocache.about),
    versus('memo_hit_vs_cacheable', 'memo', 'cacheable', opened.cacheable.about),
    versus('memo_hit_vs_cache_manager', 'memo', 'cacheManager', opened.cacheManager.about),
    versus('memo_hit_vs_keyv', 'memo', 'keyv', opened.keyv.about),
    measured(`peeks_per_s${suffix}`, rates.perSecond('peek'), 'hits/s'),
    versus('peek_vs_lru', 'peek', 'lru', 'get of lru-cache without a TTL'),
    versus('peek_vs_lru_ttl', 'peek', 'lruTtl', 'get of lru-cache with a TTL'),
  ];
}

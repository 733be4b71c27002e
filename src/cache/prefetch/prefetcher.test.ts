import { afterEach, describe, expect, test, vi } from 'vitest';
import { createCache, type OpenCache } from '../index.js';
import { createPrefetcher, createTenantPrefetchers, type Prefetcher } from './index.js';
import type { PrefetcherOptions } from './options.js';

const caches: OpenCache<string>[] = [];
afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
});

/** A prefetcher under a clock of its own, over a real cache. */
async function open(options: Partial<PrefetcherOptions<string>> = {}) {
  const cache = await createCache<string>({ jitter: 0 });
  caches.push(cache);
  const clock = { at: 0 };
  const loads: string[] = [];
  const prefetcher = createPrefetcher<string>({
    cache,
    load: async (key) => {
      loads.push(key);
      return `value of ${key}`;
    },
    now: () => clock.at,
    random: () => 0.5,
    ...options,
  });
  return { cache, clock, loads, prefetcher };
}

let sessions = 0;
function walk(prefetcher: Prefetcher<string>, keys: readonly string[], times = 1): void {
  for (let time = 0; time < times; time++) {
    const session = `session ${sessions++}`;
    for (const key of keys) prefetcher.observe(session, key);
  }
}

describe('a prefetcher', () => {
  test('fetches what has followed often enough, and nothing before', async () => {
    const { cache, loads, prefetcher } = await open({ support: 3 });
    walk(prefetcher, ['list', 'item'], 2);
    prefetcher.observe('s', 'list');
    await prefetcher.settled();
    expect(loads).toEqual([]);
    prefetcher.observe('s', 'item');
    prefetcher.observe('t', 'list');
    await prefetcher.settled();
    expect(loads).toEqual(['item']);
    expect(cache.peek('item')).toBe('value of item');
    prefetcher.observe('t', 'item');
    expect(prefetcher.figures()).toMatchObject({ predicted: 1, issued: 1, used: 1, wasted: 0, hitRate: 1 });
  });

  test('expects nothing that follows too seldom, in another session, too late, or upon itself', async () => {
    const { clock, loads, prefetcher } = await open({ support: 2, window: '10s' });
    for (let n = 0; n < 20; n++) {
      walk(prefetcher, ['door', `room ${n % 5}`]);
      prefetcher.observe('a', 'x');
      prefetcher.observe('b', 'y');
      clock.at += 11_000;
      prefetcher.observe('c', 'same');
      prefetcher.observe('c', 'same');
    }
    await prefetcher.settled();
    expect(loads).toEqual([]);
    expect(prefetcher.figures()).toMatchObject({ observed: 120, predicted: 0 });
  });

  test('does not fetch what is there, or under way', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const load = vi.fn(async () => {
      await held;
      return 'late';
    });
    const { cache, prefetcher } = await open({ load });
    await cache.set('there', 'value');
    walk(prefetcher, ['a', 'there'], 5);
    expect(load).not.toHaveBeenCalled();
    walk(prefetcher, ['b', 'slow'], 3);
    prefetcher.observe('s', 'b');
    prefetcher.observe('t', 'b');
    expect(load).toHaveBeenCalledTimes(1);
    expect(prefetcher.figures()).toMatchObject({ issued: 1, present: 3 });
    release();
    await prefetcher.settled();
  });

  test('keeps to its budget: so many a second, so many at a time', async () => {
    const { clock, prefetcher } = await open({ perSecond: 3, maxInFlight: 2, probe: 1000 });
    for (let n = 0; n < 10; n++) walk(prefetcher, [`from ${n}`, `to ${n}`], 3);
    const ask = (n: number) => prefetcher.observe(`s${n}`, `from ${n}`);
    for (let n = 0; n < 3; n++) ask(n);
    expect(prefetcher.figures()).toMatchObject({ issued: 2, withheld: 1 });
    await prefetcher.settled();
    for (let n = 3; n < 6; n++) ask(n);
    await prefetcher.settled();
    expect(prefetcher.figures()).toMatchObject({ issued: 3, withheld: 3 });
    clock.at += 340;
    ask(6);
    ask(7);
    expect(prefetcher.figures()).toMatchObject({ issued: 4, withheld: 4 });
    await prefetcher.settled();
  });

  test('counts what failed and tells of it, and holds it against nobody', async () => {
    const errors: unknown[] = [];
    const { prefetcher } = await open({
      load: () => Promise.reject(new Error('down')),
      onError: (error, key) => {
        errors.push([key, error]);
        throw new Error('the listener fails too');
      },
    });
    walk(prefetcher, ['a', 'b'], 4);
    await prefetcher.settled();
    expect(errors).toEqual([['b', new Error('down')]]);
    expect(prefetcher.figures()).toMatchObject({ issued: 1, failed: 1, used: 1, hitRate: 1 });
  });

  test('counts as wasted what nobody asks for in time, and what has no value', async () => {
    const { clock, prefetcher } = await open({
      horizon: '5s',
      load: async (key) => (key === 'none' ? undefined : key),
    });
    walk(prefetcher, ['a', 'b'], 3);
    walk(prefetcher, ['c', 'none'], 3);
    prefetcher.observe('s', 'a');
    prefetcher.observe('s', 'c');
    await prefetcher.settled();
    expect(prefetcher.figures()).toMatchObject({ issued: 2, wasted: 1, entries: { fetched: 1 } });
    clock.at += 5001;
    prefetcher.observe('t', 'b');
    expect(prefetcher.figures()).toMatchObject({ used: 0, wasted: 2, hitRate: 0, entries: { fetched: 0 } });
  });

  test('holds no more than its limits, whatever it sees', async () => {
    const { prefetcher } = await open({ maxKeys: 50, maxSessions: 20, successors: 4 });
    let most = { keys: 0, sessions: 0 };
    for (let n = 0; n < 10_000; n++) {
      prefetcher.observe(`s${n % (n < 5000 ? 500 : 10)}`, `k${(n * 7919) % 3001}`);
      const { keys, sessions } = prefetcher.figures().entries;
      most = { keys: Math.max(most.keys, keys), sessions: Math.max(most.sessions, sessions) };
    }
    expect(most.keys).toBeGreaterThan(25);
    expect(most.keys).toBeLessThanOrEqual(50);
    expect(most.sessions).toBeLessThanOrEqual(20);
    await prefetcher.stop();
    expect(prefetcher.figures()).toMatchObject({ active: false, entries: { keys: 0, sessions: 0 } });
  });

  test('follows a pattern that changes', async () => {
    const { loads, prefetcher } = await open({ maxInFlight: 100, perSecond: 100 });
    walk(prefetcher, ['a', 'old'], 2000);
    walk(prefetcher, ['a', 'new'], 2000);
    await prefetcher.settled();
    loads.length = 0;
    prefetcher.observe('s', 'a');
    await prefetcher.settled();
    expect(loads).not.toContain('old');
    expect(prefetcher.figures().predicted).toBeGreaterThan(3000);
  });

  test('refuses options that are none', async () => {
    await expect(open({ probability: 2 })).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    await expect(open({ successors: 1000 })).rejects.toThrow('successors');
    await expect(open({ window: 'long' })).rejects.toThrow('window must be');
  });
});

describe('prefetchers of tenants', () => {
  test('learn from each tenant alone, and share what they may fetch', async () => {
    const shared = await createCache<string>({ jitter: 0 });
    caches.push(shared);
    const loads: string[] = [];
    const prefetchers = createTenantPrefetchers<string>({
      cacheOf: (tenantId) => shared.namespace<string>(tenantId),
      load: async (tenantId, key) => {
        loads.push(`${tenantId} ${key}`);
        return key;
      },
      perSecond: 2,
      maxTenants: 2,
      now: () => 0,
    });
    walk(prefetchers.of('acme'), ['list', 'secret plan'], 3);
    prefetchers.of('rival').observe('s', 'list');
    expect(prefetchers.of('rival').figures()).toMatchObject({ predicted: 0, entries: { keys: 0 } });
    prefetchers.of('acme').observe('s', 'list');
    await prefetchers.of('acme').settled();
    expect(loads).toEqual(['acme secret plan']);
    expect(shared.namespace('rival').peek('secret plan')).toBeUndefined();
    walk(prefetchers.of('rival'), ['a', 'b'], 3);
    for (const key of ['a', 'list']) prefetchers.of('rival').observe(`other ${key}`, key);
    walk(prefetchers.of('rival'), ['c', 'd'], 3);
    prefetchers.of('rival').observe('last', 'c');
    await prefetchers.of('rival').settled();
    expect(loads).toEqual(['acme secret plan', 'rival b']);
    expect(prefetchers.of('rival').figures()).toMatchObject({ withheld: 1 });
    prefetchers.of('third');
    expect(prefetchers.of('acme').figures()).toMatchObject({ observed: 0 });
    await prefetchers.stop();
  });
});

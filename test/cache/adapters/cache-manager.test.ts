import { createCache as createCacheManager } from 'cache-manager';
import { Keyv } from 'keyv';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CacheManagerLike, cacheManagerLike, keyvStore } from '../../../src/cache/adapters/index.js';
import { createCache, type OpenCache } from '../../../src/cache/index.js';

let cache: OpenCache;
beforeEach(async () => {
  cache = await createCache({ jitter: 0 });
});
afterEach(() => cache.close());

const KINDS: Readonly<Record<string, () => CacheManagerLike>> = {
  'cache-manager over a Keyv whose store is the cache': () =>
    createCacheManager({ stores: [new Keyv({ store: keyvStore(cache) })] }),
  'the cache with the calls of cache-manager': () => cacheManagerLike(cache),
};

describe.each(Object.entries(KINDS))('%s', (_, open) => {
  test('keeps what is set until it is deleted', async () => {
    const manager = open();
    expect(await manager.set('a', { name: 'Ann' }, 60_000)).toEqual({ name: 'Ann' });
    expect(await manager.get('a')).toEqual({ name: 'Ann' });
    expect(await manager.del('a')).toBe(true);
    expect(await manager.get('a')).toBeUndefined();
  });

  test('works on many keys at once', async () => {
    const manager = open();
    const list = [
      { key: 'a', value: 1 },
      { key: 'b', value: 2, ttl: 60_000 },
    ];
    expect(await manager.mset(list)).toMatchObject(list);
    expect(await manager.mget(['b', 'none', 'a'])).toEqual([2, undefined, 1]);
    expect(await manager.mdel(['a', 'none'])).toBe(true);
    expect(await manager.mget(['a', 'b'])).toEqual([undefined, 2]);
    expect(await manager.clear()).toBe(true);
    expect(await manager.get('b')).toBeUndefined();
  });

  test('wraps: one call makes a value for all who ask meanwhile and after', async () => {
    const manager = open();
    let made = 0;
    const make = async () => ++made;
    const asked = Array.from({ length: 20 }, () => manager.wrap('a', make, 60_000));
    expect(new Set(await Promise.all(asked))).toEqual(new Set([1]));
    expect(await manager.wrap('a', make, { ttl: 60_000 })).toBe(1);
  });

  test('makes a value again after its time', async () => {
    const manager = open();
    let made = 0;
    const wrapped = () => manager.wrap('a', () => ++made, 5);
    expect(await wrapped()).toBe(1);
    await expect.poll(wrapped).toBeGreaterThan(1);
  });

  test('with less than the threshold left serves a value and makes it anew', async () => {
    const manager = open();
    let made = 0;
    // The threshold is almost all of the time, so that a look is soon within it and long before the end.
    const wrapped = () => manager.wrap('a', () => ++made, { ttl: 60_000, refreshThreshold: 59_990 });
    expect(await wrapped()).toBe(1);
    await expect.poll(wrapped, { interval: 15 }).toBeGreaterThan(1);
  });

  test('does not keep a failure', async () => {
    const manager = open();
    const failing = () => Promise.reject(new Error('no'));
    await expect(manager.wrap('a', failing, 60_000)).rejects.toThrow('no');
    expect(await manager.wrap('a', () => 7, 60_000)).toBe(7);
  });
});

test('what was made before an invalidation is kept by cache-manager, and not by the cache itself', async () => {
  const kept = async (manager: CacheManagerLike) => {
    let finish = (_: string) => {};
    const made = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const wrapped = manager.wrap('row', () => made, 60_000);
    await manager.del('row');
    finish('old');
    await wrapped;
    return manager.get('row');
  };
  expect(await kept(createCacheManager({ stores: [new Keyv({ store: keyvStore(cache) })] }))).toBe('old');
  expect(await kept(cacheManagerLike(cache.namespace('itself')))).toBeUndefined();
});

test('defaults hold where a call names nothing else', async () => {
  const manager = cacheManagerLike(cache, { ttl: 5 });
  await manager.set('a', 1);
  await manager.set('b', 1, 60_000);
  await expect.poll(() => manager.mget(['a', 'b'])).toEqual([undefined, 1]);
});

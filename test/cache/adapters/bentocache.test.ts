import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BentoLike, bentoLike } from '../../../src/cache/adapters/index.js';
import { createCache, type OpenCache } from '../../../src/cache/index.js';

let cache: OpenCache;
beforeEach(async () => {
  cache = await createCache({ jitter: 0 });
});
afterEach(() => cache.close());

/** The same code on both, so that what is like bentocache is what bentocache does. */
const KINDS: Readonly<Record<string, () => BentoLike>> = {
  bentocache: () => {
    const bento = new BentoCache({ default: 'memory', stores: { memory: stored() } });
    // Its factories are given other things: what they share is that no factory here asks for any.
    return bento.use('memory') as unknown as BentoLike;
  },
  'the cache with the calls of bentocache': () => bentoLike(cache),
};

function stored() {
  return bentostore().useL1Layer(memoryDriver({ serialize: false }));
}

describe.each(Object.entries(KINDS))('%s', (_, open) => {
  test('makes a value once, and again after it was deleted', async () => {
    const bento = open();
    let made = 0;
    const asked = () => bento.getOrSet({ key: 'a', ttl: '1m', factory: async () => ++made });
    expect(await Promise.all([asked(), asked(), asked()])).toEqual([1, 1, 1]);
    expect(await bento.delete({ key: 'a' })).toBe(true);
    expect(await asked()).toBe(2);
    expect(await bento.getOrSetForever({ key: 'b', factory: () => 7 })).toBe(7);
    expect(await bento.get({ key: 'b' })).toBe(7);
  });

  test('keeps what is set, and gives the default for what is not there', async () => {
    const bento = open();
    expect(await bento.set({ key: 'a', value: 1, ttl: 60_000 })).toBe(true);
    expect(await bento.setForever({ key: 'b', value: null })).toBe(true);
    expect(await bento.get({ key: 'a', defaultValue: 5 })).toBe(1);
    expect(await bento.get({ key: 'b', defaultValue: 5 })).toBeNull();
    expect(await bento.get({ key: 'c', defaultValue: 5 })).toBe(5);
    expect(await bento.get({ key: 'c', defaultValue: async () => 6 })).toBe(6);
    expect(await bento.get({ key: 'c' })).toBeUndefined();
    expect([await bento.has({ key: 'a' }), await bento.missing({ key: 'a' })]).toEqual([true, false]);
    expect([await bento.has({ key: 'c' }), await bento.missing({ key: 'c' })]).toEqual([false, true]);
  });

  test('deletes many keys, what has a tag, and everything', async () => {
    const bento = open();
    for (const key of ['a', 'b', 'c', 'd']) await bento.set({ key, value: key, tags: [`tag ${key}`, 'all'] });
    expect(await bento.deleteMany({ keys: ['a'] })).toBe(true);
    expect(await bento.deleteByTag({ tags: ['tag b'] })).toBe(true);
    expect(await bento.has({ key: 'a' })).toBe(false);
    expect(await bento.has({ key: 'b' })).toBe(false);
    expect(await bento.get({ key: 'c' })).toBe('c');
    await bento.clear();
    expect(await bento.has({ key: 'c' })).toBe(false);
  });

  test('keeps namespaces apart', async () => {
    const bento = open();
    const people = bento.namespace('people');
    await bento.set({ key: 'a', value: 'here' });
    await people.set({ key: 'a', value: 'there' });
    await people.clear();
    expect(await bento.get({ key: 'a' })).toBe('here');
    expect(await people.has({ key: 'a' })).toBe(false);
  });

  test('serves a value in its grace when the factory fails', async () => {
    const bento = open();
    const options = { key: 'a', ttl: 1, grace: '1m', timeout: '10s' } as const;
    expect(await bento.getOrSet({ ...options, factory: () => 'old' })).toBe('old');
    let failed = 0;
    const failing = () => {
      failed++;
      throw new Error('no');
    };
    const asked = () => bento.getOrSet({ ...options, factory: failing });
    await expect.poll(async () => [await asked(), failed > 0]).toEqual(['old', true]);
  });

  test('serves a value in its grace at once while the factory works, unless told to wait', async () => {
    const bento = open();
    const options = { key: 'a', ttl: 1, grace: '1m' } as const;
    await bento.getOrSet({ ...options, factory: () => 'old' });
    let begun = false;
    const endless = () => {
      begun = true;
      return new Promise<string>(() => {});
    };
    const asked = async () => [await bento.getOrSet({ ...options, factory: endless }), begun];
    await expect.poll(asked).toEqual(['old', true]);
  });

  test('ends the wait for a factory that is too slow', async () => {
    const bento = open();
    const endless = () => new Promise<string>(() => {});
    const asked = bento.getOrSet({ key: 'a', ttl: '1m', hardTimeout: 5, factory: endless });
    await expect(asked).rejects.toThrow();
  });
});

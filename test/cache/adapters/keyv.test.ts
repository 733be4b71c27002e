import keyvTestSuite, { keyvValueTests } from '@keyv/test-suite';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import * as vitest from 'vitest';
import { afterAll, describe, expect, test } from 'vitest';
import { keyvStore } from '../../../src/cache/adapters/index.js';
import { createCache } from '../../../src/cache/index.js';

const cache = await createCache();
afterAll(() => cache.close());

describe('the suite that Keyv gives its stores', () => {
  keyvTestSuite(vitest, Keyv, () => keyvStore(cache));
});

describe('the same without Keyv writing values as text', () => {
  class PlainKeyv extends Keyv {
    constructor(options: object) {
      super({ ...options });
      this.serialize = undefined;
      this.deserialize = undefined;
    }
  }
  keyvValueTests(vitest, PlainKeyv as typeof Keyv, () => keyvStore(cache));
});

test('a value without a time is not kept by the ttl of the cache', async () => {
  await using short = await createCache({ ttl: 1 });
  const keyv = new Keyv({ store: keyvStore(short) });
  await keyv.set('kept', 1);
  await short.set('lost', 1);
  await expect.poll(() => short.get('lost')).toBeUndefined();
  expect(await keyv.get('kept')).toBe(1);
});

test('a value ends at its time, and no earlier by jitter', async () => {
  await using jittery = await createCache({ jitter: 1 });
  const keyv = new Keyv({ store: keyvStore(jittery) });
  await Promise.all(Array.from({ length: 100 }, (_, id) => keyv.set(`key ${id}`, id, 60_000)));
  const found = await keyv.get(Array.from({ length: 100 }, (_, id) => `key ${id}`));
  expect(found).toEqual(Array.from({ length: 100 }, (_, id) => id));
});

test('setMany says of each value that it was set, whatever times they have', async () => {
  const keyv = new Keyv({ store: keyvStore(cache), namespace: 'many' });
  const entries = [
    { key: 'a', value: 1 },
    { key: 'b', value: 2, ttl: 60_000 },
    { key: 'c', value: 3, ttl: 1 },
  ];
  expect(await keyv.setMany(entries)).toEqual([true, true, true]);
  expect(await keyv.get(['a', 'b'])).toEqual([1, 2]);
  await expect.poll(() => keyv.has(['a', 'b', 'c'])).toEqual([true, true, false]);
});

test('a namespace of Keyv is a namespace of the cache, under the keys that Keyv was given', async () => {
  const keyv = new Keyv({ store: keyvStore(cache), namespace: 'people' });
  await keyv.set('ann', 1);
  expect(await cache.namespace('people').has('ann')).toBe(true);
  expect(await cache.get('people:ann')).toBeUndefined();
});

test('without its prefix Keyv keeps its namespace all the same', async () => {
  const one = new Keyv({ store: keyvStore(cache), namespace: 'one', useKeyPrefix: false });
  const two = new Keyv({ store: keyvStore(cache), namespace: 'two', useKeyPrefix: false });
  await one.set('key', 1);
  await two.set('key', 2);
  await one.clear();
  expect(await one.get('key')).toBeUndefined();
  expect(await two.get('key')).toBe(2);
});

test('delete is true when one of the keys was there', async () => {
  const keyv = new Keyv({ store: keyvStore(cache), namespace: 'delete' });
  await keyv.set('a', 1);
  expect(await keyv.delete(['a', 'b', 'c'])).toBe(true);
  expect(await keyv.delete(['a', 'b', 'c'])).toBe(false);
});

test('invalidating the cache is seen through Keyv', async () => {
  const keyv = new Keyv({ store: keyvStore(cache), namespace: 'seen' });
  await keyv.set('a', 1);
  await cache.namespace('seen').delete('a');
  expect(await keyv.get('a')).toBeUndefined();
});

test('cacheable takes it as a store', async () => {
  const cacheable = new Cacheable({ secondary: keyvStore(cache) });
  expect(await cacheable.getOrSet('wrapped', async () => 7, { ttl: '1m' })).toBe(7);
  expect(await cacheable.get('wrapped')).toBe(7);
  expect(await cacheable.secondary?.get('wrapped')).toBe(7);
});

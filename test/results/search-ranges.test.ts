import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Cache, createCache } from '../../src/cache/index.js';
import {
  checkSearchResultCacheRange as check,
  createSearchResultCacheKey,
  type FetchedRange,
  setSearchResultCacheRange as set,
} from '../../src/results/index.js';

const OPTIONS = { ttl: '1h', tags: ['docs'] };
const KEY = createSearchResultCacheKey('pumps', { mode: 'hybrid' });
const results = (offset: number, length: number, version = '') =>
  Array.from({ length }, (_, i) => `${version}${offset + i}`);

let cache: Cache;
beforeEach(async () => {
  cache = await createCache();
});

const ask = (offset: number, limit: number) => check<string>(cache, KEY, { offset, limit }, OPTIONS);
async function ticket() {
  const known = await ask(0, 100);
  if (known.hit) throw new Error('Everything is stored already.');
  return known.ticket;
}
const store = async (page: FetchedRange<string>) => set(cache, await ticket(), page, OPTIONS);

test('a key is of the question and its filters, however they are written', () => {
  const one = createSearchResultCacheKey('a', { mode: 'lexical', filter: { x: 1, y: 2 } });
  expect(createSearchResultCacheKey('a', { filter: { y: 2, x: 1 }, mode: 'lexical' })).toBe(one);
  expect(createSearchResultCacheKey('b', { mode: 'lexical', filter: { x: 1, y: 2 } })).not.toBe(one);
  expect(createSearchResultCacheKey('a', { mode: 'lexical', filter: { x: '1', y: 2 } })).not.toBe(one);
});

describe('ranges', () => {
  test('nothing is known at first', async () => {
    expect(await ask(0, 10)).toMatchObject({ hit: false, missing: { offset: 0, limit: 10 } });
  });

  test('pages are joined in whatever order they came, and cut anew', async () => {
    for (const [offset, length] of [
      [17, 9],
      [0, 7],
      [7, 10],
    ] as const) {
      await store({ offset, items: results(offset, length) });
    }
    expect(await ask(0, 26)).toMatchObject({ hit: true, items: results(0, 26), total: undefined });
    expect(await ask(5, 14)).toMatchObject({ hit: true, items: results(5, 14) });
    expect(await ask(20, 10)).toMatchObject({ hit: false, missing: { offset: 26, limit: 4 } });
  });

  test('a gap is a miss, and the shortest range that fills all gaps is told', async () => {
    await store({ offset: 0, items: results(0, 10) });
    await store({ offset: 20, items: results(20, 5) });
    expect(await ask(0, 30)).toMatchObject({ hit: false, missing: { offset: 10, limit: 20 } });
    expect(await ask(0, 24)).toMatchObject({ hit: false, missing: { offset: 10, limit: 10 } });
  });

  test('where results end there is no miss', async () => {
    await store({ offset: 0, items: results(0, 10), limit: 10 });
    await store({ offset: 10, items: results(10, 3), limit: 10 });
    expect(await ask(0, 50)).toMatchObject({ hit: true, items: results(0, 13), total: 13 });
    expect(await ask(40, 10)).toMatchObject({ hit: true, items: [], total: 13 });
  });

  test('an empty page beyond the end tells that there is nothing there, not how many there are', async () => {
    await store({ offset: 40, items: [], limit: 10 });
    expect(await ask(45, 10)).toMatchObject({ hit: true, items: [], total: undefined });
    expect(await ask(35, 10)).toMatchObject({ hit: false, missing: { offset: 35, limit: 5 } });
  });

  test('no results at all are an answer', async () => {
    await store({ offset: 0, items: [], limit: 10 });
    expect(await ask(0, 10)).toMatchObject({ hit: true, items: [], total: 0 });
  });

  test('a total that the source tells ends the last block', async () => {
    await store({ offset: 10, items: results(10, 2), total: 12 });
    expect(await ask(10, 10)).toMatchObject({ hit: true, items: results(10, 2), total: 12 });
    expect(await ask(0, 10)).toMatchObject({ hit: false });
  });

  test('null is a result', async () => {
    await set(cache, await ticket(), { offset: 0, items: [null, 1] }, OPTIONS);
    expect(await ask(0, 2)).toMatchObject({ hit: true, items: [null, 1] });
  });

  test.each([
    [{ offset: -1, limit: 1 }],
    [{ offset: 0.5, limit: 1 }],
    [{ offset: 0, limit: 10_001 }],
    [{ offset: Number.MAX_SAFE_INTEGER, limit: 1 }],
  ])('%j is refused', async (range) => {
    await expect(check(cache, KEY, range)).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
  });

  test('whatever pages were stored, a range is answered exactly when they cover it, and rightly', async () => {
    const page = fc.record({ offset: fc.nat(40), length: fc.nat(25) });
    const total = fc.integer({ min: 1, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.array(page, { maxLength: 6 }), page, total, async (pages, asked, total) => {
        cache = await createCache();
        const early = await ticket();
        const known = new Set<number>();
        let ended = false;
        for (const { offset, length } of pages) {
          const items = results(offset, Math.max(0, Math.min(length, total - offset)));
          for (const item of items) known.add(Number(item));
          if (items.length > 0 && items.length < length) ended = true;
          await set(cache, early, { offset, items, limit: length }, OPTIONS);
        }
        const reply = await ask(asked.offset, asked.length);
        const truth = results(asked.offset, Math.max(0, Math.min(asked.length, total - asked.offset)));
        if (reply.hit) {
          expect(reply.items).toEqual(truth);
          expect([undefined, total]).toContain(reply.total);
          return;
        }
        const wanted = results(asked.offset, ended ? truth.length : asked.length).map(Number);
        expect(wanted.every((position) => known.has(position))).toBe(false);
        expect(reply.missing.offset).toBe(wanted.find((position) => !known.has(position)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('invalidation and versions', () => {
  test('an invalidation of the tag removes all pages at once', async () => {
    await store({ offset: 0, items: results(0, 10) });
    await cache.invalidateTags('docs');
    expect(await ask(0, 10)).toMatchObject({ hit: false });
  });

  test('a page that was fetched before an invalidation is not found after it', async () => {
    const early = await ticket();
    await cache.invalidateTags('docs');
    await set(cache, early, { offset: 0, items: results(0, 10, 'old') }, OPTIONS);
    expect(await ask(0, 10)).toMatchObject({ hit: false });
    await store({ offset: 0, items: results(0, 10, 'new') });
    await set(cache, early, { offset: 0, items: results(0, 10, 'old') }, OPTIONS);
    expect(await ask(0, 10)).toMatchObject({ hit: true, items: results(0, 10, 'new') });
  });

  test('pages of different versions are never joined; the older ones are dropped', async () => {
    const both = await ticket();
    expect(await set(cache, both, { offset: 0, items: results(0, 10, 'a'), etag: 'a' }, OPTIONS)).toBe(true);
    expect(await ask(0, 10)).toMatchObject({ hit: true, etag: 'a' });
    expect(await set(cache, both, { offset: 10, items: results(10, 10, 'b'), etag: 'b' }, OPTIONS)).toBe(
      false,
    );
    expect(await ask(0, 10)).toMatchObject({ hit: false });
    expect(await store({ offset: 10, items: results(10, 10, 'b'), etag: 'b' })).toBe(true);
    expect(await set(cache, both, { offset: 0, items: results(0, 10, 'a'), etag: 'a' }, OPTIONS)).toBe(true);
    expect(await ask(0, 20)).toMatchObject({ hit: false, missing: { offset: 0, limit: 10 } });
  });

  test('versions that were stored side by side are both distrusted', async () => {
    const both = await ticket();
    await set(cache, both, { offset: 0, items: results(0, 10, 'a'), etag: 'a' }, OPTIONS);
    const parts = cache.namespace('searches');
    await parts.set(`${both.key}.${both.generation}.b1`, { etag: 'b', items: results(10, 10, 'b') });
    expect(await ask(0, 20)).toMatchObject({ hit: false, missing: { offset: 0, limit: 20 } });
    expect(await ask(0, 10)).toMatchObject({ hit: false });
  });
});

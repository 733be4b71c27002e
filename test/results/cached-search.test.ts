import { describe, expect, test } from 'vitest';
import { createCache, entityTag } from '../../src/cache/index.js';
import { DOCUMENTS_ENTITY } from '../../src/documents/index.js';
import { cachedSearch, type PagedOptions } from '../../src/results/index.js';

interface Asked extends PagedOptions {
  readonly mode?: string;
}

/** A search that knows 33 results, and counts. */
function source(total = 33) {
  const calls: (Asked & { question: string })[] = [];
  const all = (question: string) => Array.from({ length: total }, (_, i) => `${question}${i}`);
  const top = async (question: string, options: Asked) => {
    calls.push({ question, ...options });
    return all(question).slice(0, options.limit);
  };
  const paged = async (question: string, options: Asked) => {
    calls.push({ question, ...options });
    const { offset = 0, limit = 0 } = options;
    return { items: all(question).slice(offset, offset + limit), total };
  };
  return { calls, top, paged, all };
}

describe('a cached search', () => {
  test('asks once for a page, and cuts shorter ones from it', async () => {
    const { calls, top, all } = source();
    const search = cachedSearch(top, await createCache());
    expect(await search('q', { limit: 20 })).toEqual(all('q').slice(0, 20));
    expect(await search('q', { limit: 5 })).toEqual(all('q').slice(0, 5));
    expect(await search('q', { limit: 7, offset: 9 })).toEqual(all('q').slice(9, 16));
    expect(calls).toEqual([{ question: 'q', limit: 20 }]);
    expect(search.figures()).toEqual({ searches: 3, hits: 2, misses: 1 });
  });

  test('gives pages to a search that has none', async () => {
    const { calls, top, all } = source();
    const search = cachedSearch(top, await createCache());
    expect(await search('q')).toEqual(all('q').slice(0, 10));
    expect(await search('q', { offset: 25 })).toEqual(all('q').slice(25));
    expect(await search('q', { offset: 10, limit: 20 })).toEqual(all('q').slice(10, 30));
    expect(await search.page('q', { offset: 90 })).toMatchObject({ items: [], total: 33 });
    expect(calls.map(({ limit }) => limit)).toEqual([10, 40]);
  });

  test('does not take a list for the beginning of one that ranks more candidates', async () => {
    const { calls, top } = source(2_000);
    const search = cachedSearch(top, await createCache());
    for (const limit of [100, 90, 101, 150, 260, 90, 1000]) await search('q', { limit });
    expect(calls.map(({ limit }) => limit)).toEqual([100, 250, 500, 1000]);
  });

  test('asks a search with pages for pages', async () => {
    const { calls, paged, all } = source();
    const search = cachedSearch(paged, await createCache(), { paging: 'offset' });
    expect(await search('q', { offset: 20, limit: 10 })).toEqual(all('q').slice(20, 30));
    expect(await search('q', { offset: 30, limit: 10 })).toEqual(all('q').slice(30));
    expect(await search('q', { offset: 25, limit: 15 })).toEqual(all('q').slice(25));
    expect(calls.map(({ offset }) => offset)).toEqual([20, 30]);
  });

  test('other questions and other options are other results', async () => {
    const { calls, top } = source();
    const search = cachedSearch(top, await createCache());
    await search('q');
    await search('p');
    await search('q', { mode: 'lexical' });
    await search('q', { mode: 'lexical' });
    expect(calls).toHaveLength(3);
  });

  test('a thousand callers are one search', async () => {
    const { calls, top, all } = source();
    const search = cachedSearch(top, await createCache());
    const found = await Promise.all(Array.from({ length: 1000 }, () => search('q')));
    expect(calls).toHaveLength(1);
    expect(new Set(found.map((items) => items.join())).size).toBe(1);
    expect(found[999]).toEqual(all('q').slice(0, 10));
  });

  test('searches again when documents changed, and when a search failed', async () => {
    const cache = await createCache();
    const { calls, top } = source();
    let fails = true;
    const flaky = async (question: string, options: Asked) => {
      if (fails) throw new Error('busy');
      return top(question, options);
    };
    const search = cachedSearch(flaky, cache);
    await expect(search('q')).rejects.toThrow('busy');
    fails = false;
    await search('q');
    await cache.invalidateTags(entityTag(DOCUMENTS_ENTITY));
    await search('q');
    expect(calls).toHaveLength(2);
  });
});

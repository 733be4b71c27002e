import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Cache, createCache, type OpenCache } from '../../src/cache/index.js';
import type { Embedder } from '../../src/embeddings/index.js';
import {
  cachedEmbedder,
  cachedSearch,
  checkSearchResultCacheRange as check,
  createResponseCache,
  createSearchResultCacheKey,
  type RangeTicket,
  setSearchResultCacheRange as set,
} from '../../src/results/index.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';

const OPTIONS = { ttl: '10m', tags: ['docs'] };
/** These tests are about what is stored, on a machine that may be busy. */
const PATIENT = { deadlineMs: 5_000, writeDeadlineMs: 5_000, failures: 1_000 };
const KEY = createSearchResultCacheKey('pumps');
const results = (offset: number, length: number, version = '') =>
  Array.from({ length }, (_, i) => `${version}${offset + i}`);

/** Caches on one Redis share nothing else: each is a process of its own. */
describe.skipIf(!(await serviceAvailable('redis')))('caches that share a Redis', () => {
  let processes: OpenCache[];
  beforeEach(async () => {
    const prefix = `aqtest:${randomUUID()}:`;
    const open = () => createCache({ redis: { url: serviceUrl('redis'), prefix }, guard: PATIENT });
    processes = await Promise.all(Array.from({ length: 4 }, open));
  });
  afterEach(async () => {
    await Promise.all(processes.map((cache) => cache.close()));
  });
  const process = (index: number) => processes[index] as Cache;
  const ask = (cache: Cache, offset: number, limit: number) => check(cache, KEY, { offset, limit }, OPTIONS);
  /** What is stored may be out of reach for a moment when the machine is busy; what was lost never comes. */
  const answer = (cache: Cache, offset: number, limit: number) =>
    vi.waitFor(async () => {
      const known = await ask(cache, offset, limit);
      if (!known.hit) throw new Error(`${known.missing.limit} results are missing.`);
      return known.items;
    });
  const ticketOf = async (cache: Cache): Promise<RangeTicket> => {
    const known = await ask(cache, 0, 100);
    if (known.hit) throw new Error('Everything is stored already.');
    return known.ticket;
  };

  test('no page is lost when all processes store different ones at once', async () => {
    for (const length of [3, 7, 10, 13]) {
      await process(0).invalidateTags('docs');
      const first = await ticketOf(process(0));
      const pages = Array.from({ length: 12 }, (_, page) => page);
      const tickets = await Promise.all(processes.map(ticketOf));
      expect(new Set(tickets.map(({ generation }) => generation))).toEqual(new Set([first.generation]));
      await Promise.all(
        pages.map((page) => {
          const offset = page * length;
          return set(process(page % 4), first, { offset, items: results(offset, length) }, OPTIONS);
        }),
      );
      const total = pages.length * length;
      for (const cache of processes) {
        expect(await answer(cache, 0, total)).toEqual(results(0, total));
        expect(await answer(cache, 5, total - 9)).toEqual(results(5, total - 9));
      }
    }
  });

  test('a list that grows by reading and writing it would lose pages: these tests would see it', async () => {
    await Promise.all(
      processes.map(async (cache, page) => {
        const list = (await cache.get<string[]>('list')) ?? [];
        await cache.set('list', [...list, ...results(page * 10, 10)]);
      }),
    );
    await vi.waitFor(async () => expect(await process(0).get<string[]>('list')).toBeDefined());
    expect(await process(0).get<string[]>('list')).not.toHaveLength(40);
  });

  test('what was fetched before an invalidation elsewhere is not found after it', async () => {
    const early = await ticketOf(process(0));
    await process(1).invalidateTags('docs');
    await set(process(0), early, { offset: 0, items: results(0, 100, 'old') }, OPTIONS);
    const next = await ticketOf(process(2));
    await set(process(2), next, { offset: 0, items: results(0, 100, 'new') }, OPTIONS);
    await set(process(3), early, { offset: 0, items: results(0, 100, 'old') }, OPTIONS);
    for (const cache of [process(1), process(2), process(3)]) {
      expect(await answer(cache, 0, 100)).toEqual(results(0, 100, 'new'));
    }
  });

  test('one process searches for all', async () => {
    let calls = 0;
    const top = async (question: string, { limit = 10 }: { limit?: number }) => {
      calls += 1;
      return results(0, limit, question);
    };
    const searches = processes.map((cache) => cachedSearch(top, cache));
    const found = await Promise.all(
      Array.from({ length: 40 }, (_, i) => searches[i % 4]?.('q', { limit: 10 })),
    );
    expect(calls).toBe(1);
    for (const items of found) expect(items).toEqual(results(0, 10, 'q'));
  });

  test('vectors come out of Redis bit by bit', async () => {
    const sines = Array.from({ length: 64 }, (_, i) => Math.sin(i + 1));
    const vector = Float32Array.from(sines, (sine) => sine / Math.hypot(...sines));
    const model = { id: 'test:sine', dimensions: 64, maxTokens: 8, language: '*', fusionWeight: 0 };
    let calls = 0;
    const embedder: Embedder = {
      model,
      embedPassages: async (texts) => {
        calls += texts.length;
        return texts.map((text) => Array.from({ length: text.length }, () => vector));
      },
      embedQuery: async () => {
        calls += 1;
        return vector;
      },
      close: async () => undefined,
    };
    const [one, other] = [cachedEmbedder(embedder, process(0)), cachedEmbedder(embedder, process(1))];
    await one.embedPassages(['a', 'bcd']);
    await one.embedQuery('q');
    expect(await other.embedPassages(['bcd', 'a'])).toEqual([[vector, vector, vector], [vector]]);
    expect(await other.embedQuery('q')).toEqual(vector);
    expect(calls).toBe(3);
  });

  test('a response is asked for once, and its hits are added up', async () => {
    let calls = 0;
    const request = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
    const call = async () => ({ text: `answer ${++calls}`, usage: { input_tokens: 1, output_tokens: 2 } });
    const responses = processes.map((cache) => createResponseCache(cache));
    const texts = await Promise.all(responses.map((each) => each.respond(request, call)));
    expect(new Set(texts.map(({ text }) => text))).toEqual(new Set(['answer 1']));
    for (const each of responses) await each.flush();
    expect(await responses[3]?.hits(request)).toBe(3);
    const saved = responses.map((each) => each.figures().saved.outputTokens);
    expect(saved.reduce((sum, tokens) => sum + tokens, 0)).toBe(6);
  });
});

import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Cache } from '../../src/cache/cache.js';
import { type CreateCacheOptions, createCache, Engine, type OpenCache } from '../../src/cache/index.js';
import { DEFAULT_POLICY } from '../../src/cache/options.js';
import { CacheFeed } from '../../src/cache-feed/index.js';
import type { RelationalProvider } from '../../src/relational/index.js';
import { MemoryBackend, type MemoryStore } from '../support/memory-store.js';

/** Where the promise ends. */
let backend: MemoryBackend;
let closing: { close(): Promise<void> }[];
beforeEach(() => {
  backend = new MemoryBackend();
  closing = [];
});
afterEach(async () => {
  await Promise.all(closing.map((each) => each.close()));
});

async function open(options: CreateCacheOptions = {}): Promise<[OpenCache, MemoryStore]> {
  const store = backend.open();
  const cache = await createCache({ store, jitter: 0, ...options });
  backend.verify();
  closing.push(cache);
  return [cache, store];
}

// The look at the clock that reads share may be as old as the turn of the event loop is long.
test('a process that stood still serves no copy beyond the bound once its event loop turns', async () => {
  const [a] = await open({ staleness: 100 });
  await a.set('k', 'old', '1m');
  await wait(150);
  backend.verify();
  expect(a.peek('k')).toBe('old');
  const until = performance.now() + 300;
  while (performance.now() < until);
  await wait(3);
  expect(a.peek('k')).toBeUndefined();
});

test('a write that arrives after a later removal does not bring the old value back', async () => {
  const [a, store] = await open({ guard: { deadlineMs: 20, writeDeadlineMs: 20 } });
  const [b] = await open();
  let arrive: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  store.before = (method) => (method === 'fill' ? late : undefined);
  expect(await a.set('k', 'old', '1m')).toBe(false);
  await vi.waitFor(() => expect(a.stats().pendingInvalidations).toBe(0));
  expect(await b.delete('k')).toBe(true);
  arrive();
  await wait(10);
  expect(await b.get('k')).toBeUndefined();
});

test('grace serves the last copy when store and source are down, as it is asked to, and nothing does without grace', async () => {
  const [a, store] = await open({ staleness: 50 });
  await a.set('k', 'old', '1m');
  backend.followers.clear();
  store.before = () => Promise.reject(new Error('down'));
  await wait(120);
  const failing = () => Promise.reject(new Error('the source is down'));
  await expect(a.memo('k', '1m', failing)).rejects.toThrow('the source is down');
  expect(await a.memo('k', { ttl: '1m', grace: '1h' }, failing)).toBe('old');
});

test('the first look into the ledger comes before the first copy, which no later look would clear', async () => {
  const done: string[] = [];
  const row = { position: '1', lost: true, changes: null, invalidations: null };
  const relational = {
    query: async () => {
      done.push('look');
      return { rows: [row] };
    },
    listen: async () => async () => undefined,
  } as unknown as RelationalProvider;
  const engine = new Engine({ maxEntries: 10, maxBytes: 1e6, staleness: 1000, version: '1' });
  closing.push(new CacheFeed(relational, engine, 'test'));
  const cache = new Cache(engine, engine.memory.spaces.at('', ''), DEFAULT_POLICY);
  await cache.memo('k', '1h', () => done.push('make'));
  expect(done).toEqual(['look', 'make']);
});

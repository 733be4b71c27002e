import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cache } from '../../src/cache/cache.js';
import { type CreateCacheOptions, createCache, Engine, type OpenCache } from '../../src/cache/index.js';
import { DEFAULT_POLICY } from '../../src/cache/options.js';
import { MemoryBackend, type MemoryStore } from '../support/memory-store.js';

/** Schedules that a clock seldom makes, made by hand: each one served a value that was not the truth any more. */
let backend: MemoryBackend;
let closing: { close(): Promise<void> }[];
let verifying: NodeJS.Timeout;
beforeEach(() => {
  backend = new MemoryBackend();
  closing = [];
  verifying = setInterval(() => backend.verify(), 20);
});
afterEach(async () => {
  clearInterval(verifying);
  await Promise.all(closing.map((each) => each.close()));
});

async function open(options: CreateCacheOptions = {}): Promise<[OpenCache, MemoryStore]> {
  const store = backend.open();
  const guard = { deadlineMs: 5000, writeDeadlineMs: 5000 };
  const cache = await createCache({ store, jitter: 0, guard, ...options });
  backend.verify();
  closing.push(cache);
  return [cache, store];
}

/** Resolves `here` when the call has come this far, and lets it go on with `go`. */
function stop() {
  let go: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const here = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const pass = () => {
    arrive();
    return held;
  };
  return { go, here, pass };
}

describe('a value of the shared tier on its way here', () => {
  test.each(['memo', 'memoMany', 'get'] as const)(
    'is not kept when a tag goes that only the value knows of (%s)',
    async (how) => {
      const [a] = await open();
      const [b, storeOfB] = await open();
      await a.set('k', 'old', { ttl: '1m', tags: ['t'] });
      const gate = stop();
      let reads = 0;
      // The first answer has the value, the second the token of its tag.
      storeOfB.after = (method) => (method === 'read' && ++reads === 2 ? gate.pass() : undefined);
      const reading = {
        memo: () => b.memo('k', '1m', () => 'new'),
        memoMany: () => b.memoMany(['k'], '1m', () => ({ k: 'new' })),
        get: () => b.get('k'),
      }[how]();
      await gate.here;
      expect(await a.invalidateTags('t')).toBe(true);
      gate.go();
      await reading;
      expect(b.peek('k')).toBeUndefined();
      expect(await b.memo('k', '1m', () => 'new')).toBe('new');
    },
  );
});

describe('a value that is set', () => {
  test.each(['memo', 'memoMany', 'get'] as const)(
    'is not replaced by the one before it, read meanwhile (%s)',
    async (how) => {
      const [a, store] = await open();
      const [b] = await open();
      await b.set('k', 'old', { ttl: '1m', tags: ['t'] });
      const [writing, reading] = [stop(), stop()];
      let reads = 0;
      store.before = (method) => (method === 'invalidate' ? writing.pass() : undefined);
      store.after = (method) => (method === 'read' && ++reads === 2 ? reading.pass() : undefined);
      const setting = a.set('k', 'new', '1m');
      await writing.here;
      const answer = {
        memo: () => a.memo('k', '1m', () => 'made'),
        memoMany: () => a.memoMany(['k'], '1m', () => ({ k: 'made' })),
        get: () => a.get('k'),
      }[how]();
      await reading.here;
      writing.go();
      expect(await setting).toBe(true);
      reading.go();
      await answer;
      expect(await a.get('k')).toBe('new');
    },
  );
});

describe('copies made before the log was heard', () => {
  test('are not served when it is', async () => {
    clearInterval(verifying);
    const [a] = await open();
    const late = stop();
    const store = backend.open();
    store.before = (method) => (method === 'follow' ? late.pass() : undefined);
    const engine = new Engine({ maxEntries: 10, maxBytes: 1e6, staleness: 1000, version: '1', store });
    closing.push(engine);
    const b = new Cache(engine, engine.memory.spaces.at('', ''), DEFAULT_POLICY);
    const started = engine.start();
    expect(await b.memo('k', '1m', () => 'old')).toBe('old');
    expect(await a.delete('k')).toBe(true);
    late.go();
    await started;
    backend.verify();
    expect(await b.memo('k', '1m', () => 'new')).toBe('new');
  });
});

describe('an invalidation that the store did not confirm', () => {
  test('is not forgotten when an earlier one of the same key is confirmed late', async () => {
    const [a, store] = await open();
    await a.set('k', 'old', '1m');
    const broken = () => Promise.reject(new Error('down'));
    store.before = (method) => (method === 'invalidate' ? broken() : undefined);
    expect(await a.delete('k')).toBe(false);
    // The next attempt is done, and its answer is late.
    const gate = stop();
    store.before = undefined;
    store.after = (method) => (method === 'invalidate' ? gate.pass() : undefined);
    await gate.here;
    const [b] = await open();
    await b.set('k', 'old again', '1m');
    store.before = (method) => (method === 'invalidate' ? broken() : undefined);
    expect(await a.delete('k')).toBe(false);
    gate.go();
    await wait(1);
    expect(a.stats().pendingInvalidations).toBe(1);
    store.before = undefined;
    store.after = undefined;
    await vi.waitFor(() => expect(a.stats().pendingInvalidations).toBe(0));
    expect(await b.get('k')).toBeUndefined();
  });

  test('is not undone by what another process fills meanwhile', async () => {
    const [a, store] = await open();
    const [b] = await open();
    const gate = stop();
    const filling = b.memo('k', '1m', async () => {
      await gate.pass();
      return 'old';
    });
    await gate.here;
    store.before = (method) => (method === 'invalidate' ? Promise.reject(new Error('down')) : undefined);
    expect(await a.delete('k')).toBe(false);
    const mine = a.memo('k', '1m', () => 'new');
    await wait(20);
    gate.go();
    expect([await filling, await mine]).toEqual(['old', 'new']);
  });

  test('leaves a value that could not be set no longer than the bound', async () => {
    const [a, store] = await open({ staleness: 100 });
    const [b] = await open();
    const gate = stop();
    store.before = (method) =>
      method === 'fill' ? gate.pass().then(() => Promise.reject(new Error('down'))) : undefined;
    const setting = a.set('k', 'old', '1m');
    await gate.here;
    expect(await b.delete('k')).toBe(true);
    gate.go();
    expect(await setting).toBe(false);
    await vi.waitFor(async () => expect(await a.memo('k', '1m', () => 'new')).toBe('new'), { timeout: 500 });
  });
});

describe('a fill under way', () => {
  test('is not joined when what happened since its begin may not have been heard of', async () => {
    const [a, store] = await open({ staleness: 50 });
    const gate = stop();
    const first = a.memo('k', '1m', async () => {
      await gate.pass();
      return 'old';
    });
    await gate.here;
    clearInterval(verifying);
    store.before = () => Promise.reject(new Error('down'));
    await wait(120);
    const second = a.memo('k', '1m', () => 'new');
    gate.go();
    expect(await first).toBe('old');
    expect(await second).toBe('new');
  });
});

describe('a lease that was granted too late to be of use', () => {
  test('is given back, so that others do not wait for it to end', async () => {
    const [a, store] = await open({ guard: { deadlineMs: 20 } });
    const [b] = await open();
    const gate = stop();
    store.after = (method) => (method === 'lease' ? gate.pass() : undefined);
    expect(await a.memo('k', '1m', () => 'made without a lease')).toBe('made without a lease');
    const begun = performance.now();
    expect(await b.memo('k', '1m', () => 'made')).toBe('made');
    expect(performance.now() - begun).toBeLessThan(1000);
    gate.go();
  });
});

describe('a store that is not there', () => {
  test('keeps nobody from opening and closing a cache', async () => {
    const store = backend.open();
    store.before = () => new Promise(() => undefined);
    const begun = performance.now();
    const cache = await createCache({ store, jitter: 0 });
    expect(await cache.memo('k', '1m', () => 'made')).toBe('made');
    await cache.close();
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});

describe('many keys', () => {
  test('are not made when they land between the look and the lease', async () => {
    const [a] = await open();
    const [b, store] = await open();
    const gate = stop();
    store.after = (method) => (method === 'read' ? gate.pass() : undefined);
    const both = b.memoMany(
      ['k', 'l'],
      '1m',
      (missing) => new Map(missing.map((key) => [key, 'made again'])),
    );
    await gate.here;
    await a.memo('k', '1m', () => 'made');
    gate.go();
    expect(await both).toEqual(
      new Map([
        ['k', 'made'],
        ['l', 'made again'],
      ]),
    );
    expect(backend.leases.size).toBe(0);
  });
});

describe('with a feed', () => {
  test('what the shared tier has is no younger than what was heard of the database', async () => {
    const store = backend.open();
    const engine = new Engine({ maxEntries: 10, maxBytes: 1e6, staleness: 300, version: '1', store });
    closing.push(engine);
    await engine.start();
    backend.verify();
    const [a] = await open();
    await a.set('k', 'old', '1m');
    engine.trust.expectFeed();
    // The feed is at its end here; what is committed from now on nobody hears of.
    engine.trust.feed(performance.now());
    const since = performance.now();
    const b = new Cache(engine, engine.memory.spaces.at('', ''), DEFAULT_POLICY);
    await wait(200);
    expect(await b.get('k')).toBe('old');
    await vi.waitFor(async () => expect(await b.memo('k', '1m', () => 'new')).toBe('new'), { interval: 5 });
    expect(performance.now() - since).toBeLessThan(450);
  });
});

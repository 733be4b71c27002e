import { afterEach, describe, expect, test, vi } from 'vitest';
import { type CreateCacheOptions, createCache, type OpenCache } from './index.js';

const opened: OpenCache[] = [];

async function open(options: CreateCacheOptions = {}): Promise<OpenCache> {
  const cache = await createCache({ jitter: 0, ...options });
  opened.push(cache);
  return cache;
}

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(opened.splice(0).map((cache) => cache.close()));
});

/** A promise that is settled from outside. */
function pending<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe('a cache in one process', () => {
  test('keeps what was set, until it is deleted', async () => {
    const cache = await open();
    await cache.set('a', { n: 1 }, '1m');
    expect(await cache.get('a')).toEqual({ n: 1 });
    expect(cache.peek('a')).toEqual({ n: 1 });
    expect(await cache.has('a')).toBe(true);
    expect(await cache.delete('a')).toBe(true);
    expect(await cache.get('a')).toBeUndefined();
    expect(cache.peek('a')).toBeUndefined();
    expect(await cache.has('a')).toBe(false);
  });

  test('never caches undefined; set to undefined removes', async () => {
    const cache = await open();
    const factory = vi.fn(async () => undefined);
    expect(await cache.memo<unknown>('a', '1m', factory)).toBeUndefined();
    await cache.memo<unknown>('a', '1m', factory);
    expect(factory).toHaveBeenCalledTimes(2);
    await cache.set('b', 1);
    await cache.set('b', undefined);
    expect(await cache.has('b')).toBe(false);
  });

  test('caches null for its own ttl', async () => {
    vi.useFakeTimers();
    const cache = await open({ nullTtl: '10s' });
    const factory = vi.fn(async () => null);
    await cache.memo('nobody', '1m', factory);
    await vi.advanceTimersByTimeAsync(9000);
    expect(await cache.memo('nobody', '1m', factory)).toBeNull();
    expect(factory).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2000);
    await cache.memo('nobody', '1m', factory);
    expect(factory).toHaveBeenCalledTimes(2);
  });

  test('forgets a value when its ttl ends', async () => {
    vi.useFakeTimers();
    const cache = await open();
    await cache.set('a', 1, '5s');
    await vi.advanceTimersByTimeAsync(4990);
    expect(await cache.get('a')).toBe(1);
    await vi.advanceTimersByTimeAsync(20);
    expect(await cache.get('a')).toBeUndefined();
  });

  test('shortens a ttl by its jitter at most', async () => {
    vi.useFakeTimers();
    const cache = await open({ jitter: 0.5 });
    for (let i = 0; i < 200; i++) await cache.set(`k${i}`, i, 1000);
    const left = () =>
      Array.from({ length: 200 }, (_, i) => cache.peek(`k${i}`)).filter((v) => v !== undefined);
    await vi.advanceTimersByTimeAsync(490);
    expect(left()).toHaveLength(200);
    await vi.advanceTimersByTimeAsync(300);
    expect(left().length).toBeGreaterThan(20);
    expect(left().length).toBeLessThan(180);
    await vi.advanceTimersByTimeAsync(220);
    expect(left()).toHaveLength(0);
  });

  test('calls one factory for a thousand callers', async () => {
    const cache = await open();
    const { promise, resolve } = pending<number>();
    const factory = vi.fn(() => promise);
    const calls = Array.from({ length: 1000 }, () => cache.memo('cold', '1m', factory));
    resolve(7);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([7]));
    expect(factory).toHaveBeenCalledTimes(1);
    expect(cache.stats()).toMatchObject({ coalesced: 999, fills: 1, misses: 1 });
  });

  test('gives the error of one factory to a thousand callers, and tries again for the next', async () => {
    const cache = await open();
    const failing = vi.fn(() => {
      throw new Error('down');
    });
    const calls = Array.from({ length: 1000 }, () => cache.memo('cold', '1m', failing));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(failing).toHaveBeenCalledTimes(1);
    expect(await cache.memo('cold', '1m', () => 1)).toBe(1);
  });

  test.each(['delete', 'invalidateTags', 'clear', 'set'] as const)(
    'does not keep a fill that began before %s, nor gives it to who asks afterwards',
    async (how) => {
      const cache = await open();
      const slow = pending<string>();
      const first = cache.memo('k', { ttl: '1m', tags: ['t'] }, () => slow.promise);
      if (how === 'delete') await cache.delete('k');
      if (how === 'invalidateTags') await cache.invalidateTags('t');
      if (how === 'clear') await cache.clear();
      if (how === 'set') await cache.set('k', 'set', '1m');
      const second = cache.memo('k', { ttl: '1m', tags: ['t'] }, () => 'new');
      slow.resolve('old');
      expect(await first).toBe('old');
      expect(await second).toBe(how === 'set' ? 'set' : 'new');
      expect(cache.peek('k')).toBe(how === 'set' ? 'set' : 'new');
      expect(cache.stats().refusedFills).toBe(1);
    },
  );

  test('keeps fills of other keys while one is deleted', async () => {
    const cache = await open();
    const slow = pending<string>();
    const filling = cache.memo('other', '1m', () => slow.promise);
    await cache.delete('k');
    slow.resolve('kept');
    await filling;
    expect(cache.peek('other')).toBe('kept');
  });

  test('removes by tag, over namespaces, and only what has the tag', async () => {
    const cache = await open();
    const users = cache.namespace<string>('users');
    await users.set('1', 'ann', { tags: ['acme', 'people'] });
    await users.set('2', 'bob', { tags: ['people'] });
    await cache.set('plan', 'x', { tags: ['acme'] });
    await cache.invalidateTags(['acme']);
    expect(users.peek('1')).toBeUndefined();
    expect(users.peek('2')).toBe('bob');
    expect(cache.peek('plan')).toBeUndefined();
  });

  test('keeps namespaces apart, whatever their names, and clears those below', async () => {
    const cache = await open();
    const a = cache.namespace('a');
    const ab = a.namespace('b');
    const other = cache.namespace('a/b');
    await a.set('k', 1);
    await ab.set('k', 2);
    await other.set('k', 3);
    await cache.set('k', 4);
    await a.clear();
    expect([a.peek('k'), ab.peek('k'), other.peek('k'), cache.peek('k')]).toEqual([
      undefined,
      undefined,
      3,
      4,
    ]);
    await cache.clear();
    expect([other.peek('k'), cache.peek('k')]).toEqual([undefined, undefined]);
  });

  test('fills what is missing of many keys by one call, and shares it with single callers', async () => {
    const cache = await open();
    await cache.set('a', 1);
    const made = pending<Record<string, number>>();
    const factory = vi.fn((_keys: string[]) => made.promise);
    const many = cache.memoMany<number>(['a', 'b', 'c', 'none'], '1m', factory);
    const single = cache.memo('b', '1m', () => 99);
    made.resolve({ b: 2, c: 3 });
    expect([...(await many)]).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    expect(await single).toBe(2);
    expect(factory.mock.calls.map(([keys]) => keys)).toEqual([['b', 'c', 'none']]);
    expect([...(await cache.getMany(['c', 'none', 'a']))]).toEqual([
      ['c', 3],
      ['a', 1],
    ]);
  });

  test('rejects all who waited when the factory of many fails', async () => {
    const cache = await open();
    const many = cache.memoMany(['a', 'b'], '1m', async () => {
      throw new Error('down');
    });
    const single = cache.memo('a', '1m', () => 1);
    await expect(many).rejects.toThrow('down');
    await expect(single).rejects.toThrow('down');
  });

  test('serves a stale value while it refreshes', async () => {
    vi.useFakeTimers();
    const cache = await open();
    const options = { ttl: '1s', swr: '10s' };
    let n = 0;
    const next = vi.fn(async () => ++n);
    await cache.memo('k', options, next);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await cache.memo('k', options, next)).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await cache.memo('k', options, next)).toBe(2);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await cache.memo('k', options, next)).toBe(3);
    expect(cache.stats().staleServed).toBe(1);
  });

  test('serves a stale value when the factory fails, within its grace, and none that was invalidated', async () => {
    vi.useFakeTimers();
    const cache = await open();
    const options = { ttl: '1s', grace: '10s' };
    const fails = async (): Promise<number> => {
      throw new Error('down');
    };
    await cache.memo('k', options, async () => 1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await cache.memo('k', options, fails)).toBe(1);
    await cache.delete('k');
    await expect(cache.memo('k', options, fails)).rejects.toThrow('down');
    await cache.memo('k', options, async () => 2);
    await vi.advanceTimersByTimeAsync(11_100);
    await expect(cache.memo('k', options, fails)).rejects.toThrow('down');
  });

  test('serves a stale value after the soft timeout, and the new one when it came', async () => {
    vi.useFakeTimers();
    const cache = await open();
    const options = { ttl: '1s', grace: '1m', softTimeout: 100 };
    await cache.memo('k', options, async () => 'old');
    await vi.advanceTimersByTimeAsync(2000);
    const slow = pending<string>();
    const call = cache.memo('k', options, () => slow.promise);
    await vi.advanceTimersByTimeAsync(101);
    expect(await call).toBe('old');
    slow.resolve('new');
    await vi.advanceTimersByTimeAsync(1);
    expect(cache.peek('k')).toBe('new');
  });

  test('gives up a factory at the hard timeout, tells it, and ignores what comes late', async () => {
    vi.useFakeTimers();
    const cache = await open();
    const slow = pending<string>();
    let signal: AbortSignal | undefined;
    const call = cache.memo('k', { hardTimeout: 100 }, (context) => {
      signal = context.signal;
      return slow.promise;
    });
    const refused = expect(call).rejects.toMatchObject({ code: 'AQF_CACHE_TIMEOUT' });
    await vi.advanceTimersByTimeAsync(101);
    await refused;
    expect(signal?.aborted).toBe(true);
    slow.resolve('late');
    await vi.advanceTimersByTimeAsync(1);
    expect(cache.peek('k')).toBeUndefined();
  });

  test('refreshes ahead with a probability that grows towards the end', async () => {
    vi.useFakeTimers();
    const cache = await open();
    const options = { ttl: 10_000, refreshAhead: 1 };
    const slowly = vi.fn(async () => {
      await new Promise((done) => setTimeout(done, 1000));
      return 1;
    });
    const first = cache.memo('k', options, slowly);
    await vi.advanceTimersByTimeAsync(1001);
    await first;
    vi.spyOn(Math, 'random').mockReturnValue(0.5); // -ln 0.5 = 0.69: from 0.69 s before the end
    await vi.advanceTimersByTimeAsync(9000);
    await cache.memo('k', options, slowly);
    expect(slowly).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(await cache.memo('k', options, slowly)).toBe(1);
    expect(slowly).toHaveBeenCalledTimes(2);
    expect(cache.stats().refreshes).toBe(1);
    vi.restoreAllMocks();
  });

  test('lets the least recently used go when it is full', async () => {
    const cache = await open({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    await cache.get('a');
    await cache.set('d', 'd');
    expect(['a', 'b', 'c', 'd'].map((key) => cache.peek(key))).toEqual(['a', undefined, 'c', 'd']);
    expect(cache.stats()).toMatchObject({ entries: 3, evictions: 1 });
  });

  test('refuses a value too large rather than driving all others out', async () => {
    const cache = await open({ maxBytes: 100_000 });
    await cache.set('small', 'x');
    await cache.set('large', Buffer.alloc(50_000));
    expect(cache.peek('small')).toBe('x');
    expect(cache.peek('large')).toBeUndefined();
    expect(cache.stats()).toMatchObject({ tooLarge: 1, evictions: 0 });
  });

  test('stays within its bytes', async () => {
    const cache = await open({ maxBytes: 200_000 });
    for (let i = 0; i < 500; i++) await cache.set(`k${i}`, 'x'.repeat(1000));
    expect(cache.stats().bytes).toBeLessThanOrEqual(200_000);
    expect(cache.stats().entries).toBeGreaterThan(100);
  });

  test.each([
    ['empty', ''],
    ['too long', 'x'.repeat(1025)],
    ['no Unicode', '\ud800'],
    ['no text', 7 as unknown as string],
  ])('refuses a key that is %s', async (_what, key) => {
    const cache = await open();
    const code = { code: 'AQF_ARGUMENT_INVALID' };
    await expect(cache.set(key, 1)).rejects.toMatchObject(code);
    await expect(cache.delete(key)).rejects.toMatchObject(code);
    await expect(cache.get(key)).rejects.toMatchObject(code);
    await expect(cache.memo(key, '1m', () => 1)).rejects.toMatchObject(code);
    await expect(cache.memoMany([key], '1m', () => ({}))).rejects.toMatchObject(code);
  });

  test('names an option that does not exist, and a ttl that is none', async () => {
    const cache = await open();
    await expect(cache.set('a', 1, { tll: 5 } as never)).rejects.toThrow('"tll"');
    await expect(cache.set('a', 1, 'soon')).rejects.toThrow('ttl');
    await expect(createCache({ grace: 'x' })).rejects.toThrow('grace');
  });
});

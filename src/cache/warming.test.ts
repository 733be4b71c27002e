import { afterEach, describe, expect, test, vi } from 'vitest';
import { createCache, type OpenCache } from './index.js';
import { type WarmOptions, warm } from './warming.js';
import { type WarmEveryOptions, warmEvery } from './warming-schedule.js';

const opened: OpenCache<number>[] = [];

async function open(): Promise<OpenCache<number>> {
  const cache = await createCache<number>({ jitter: 0 });
  opened.push(cache);
  return cache;
}

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(opened.splice(0).map((cache) => cache.close()));
});

const keysUpTo = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);
const lengths = async (missing: string[]) => new Map(missing.map((key) => [key, key.length]));
const options = (more: Partial<WarmOptions<number>>): WarmOptions<number> => ({
  keys: keysUpTo(25),
  load: lengths,
  ttl: '1m',
  ...more,
});

describe('warming', () => {
  test('loads what is missing, in batches, and leaves what is there', async () => {
    const cache = await open();
    await cache.set('k3', 99);
    const calls: string[][] = [];
    const progress: number[] = [];
    const report = await warm(
      cache,
      options({
        batch: 10,
        concurrency: 1,
        load: (missing) => {
          calls.push(missing);
          return lengths(missing.filter((key) => key !== 'k20'));
        },
        onProgress: ({ keys }) => progress.push(keys),
      }),
    );
    expect(calls.map(({ length }) => length)).toEqual([9, 10, 5]);
    expect(progress).toEqual([10, 20, 25]);
    expect(report).toMatchObject({ keys: 25, loaded: 23, present: 1, absent: 1, failed: 0, complete: true });
    expect(cache.peek('k3')).toBe(99);
    expect(cache.peek('k24')).toBe(3);
    expect(cache.peek('k20')).toBeUndefined();
  });

  test('takes keys as they come, from an async source too, with as many calls under way as allowed', async () => {
    const cache = await open();
    let given = 0;
    async function* source() {
      for (; given < 1000; given++) yield `k${given}`;
    }
    let underWay = 0;
    let most = 0;
    let ahead = 0;
    const report = await warm(
      cache,
      options({
        keys: () => source(),
        batch: 10,
        concurrency: 3,
        load: async (missing) => {
          most = Math.max(most, ++underWay);
          ahead = Math.max(ahead, given - Number(missing[0]?.slice(1)));
          await new Promise((resolve) => setImmediate(resolve));
          underWay--;
          return lengths(missing);
        },
      }),
    );
    expect(report).toMatchObject({ keys: 1000, loaded: 1000, complete: true });
    expect(most).toBe(3);
    expect(ahead).toBeLessThanOrEqual(4 * 10);
  });

  test('goes on after a batch that fails, counts it and tells of it', async () => {
    const cache = await open();
    const told: (readonly string[])[] = [];
    const report = await warm(
      cache,
      options({
        batch: 10,
        load: async (missing) => {
          if (missing.includes('k10')) throw new Error('no such shelf');
          return lengths(missing);
        },
        onError: (_, keys) => {
          told.push(keys);
          throw new Error('the listener fails too');
        },
      }),
    );
    expect(report).toMatchObject({ keys: 25, loaded: 15, failed: 10, complete: true });
    expect(report.errors).toEqual([new Error('no such shelf')]);
    expect(told).toEqual([keysUpTo(25).slice(10, 20)]);
  });

  test('warms what it got of a source that fails, and says that it is not all', async () => {
    const cache = await open();
    async function* source() {
      yield* keysUpTo(15);
      throw new Error('the list ends early');
    }
    const report = await warm(cache, options({ keys: source(), batch: 10 }));
    expect(report).toMatchObject({ loaded: 15, complete: false, errors: [new Error('the list ends early')] });
  });

  test('ends when it is told to', async () => {
    const cache = await open();
    const ending = new AbortController();
    const report = await warm(
      cache,
      options({ batch: 5, concurrency: 1, signal: ending.signal, onProgress: () => ending.abort() }),
    );
    expect(report).toMatchObject({ keys: 5, complete: false });
    const given = options({ signal: AbortSignal.abort() });
    expect(await warm(cache, given)).toMatchObject({ keys: 0, complete: false });
  });

  test('refuses limits that are none', async () => {
    const cache = await open();
    await expect(warm(cache, options({ batch: 0 }))).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    await expect(warm(cache, options({ concurrency: 1.5 }))).rejects.toThrow('concurrency');
  });
});

describe('scheduled warming', () => {
  const every = (more: Partial<WarmEveryOptions<number>> = {}): WarmEveryOptions<number> => ({
    ...options({ keys: ['a'] }),
    every: '1m',
    jitter: 0,
    ...more,
  });

  test('warms now and after each interval what has ended since', async () => {
    vi.useFakeTimers();
    const cache = await open();
    const load = vi.fn(lengths);
    const reports: number[] = [];
    const schedule = warmEvery(
      cache,
      every({ load, ttl: '90s', onReport: ({ loaded }) => reports.push(loaded) }),
    );
    expect(schedule.last).toBeUndefined();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(reports).toEqual([1]);
    await vi.advanceTimersByTimeAsync(121_000);
    expect(reports).toEqual([1, 0, 1, 0]);
    expect(load).toHaveBeenCalledTimes(2);
    expect(schedule.last).toMatchObject({ present: 1 });
    await schedule.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(reports).toHaveLength(4);
  });

  test('never overlaps: a round begins an interval after the one before has ended', async () => {
    vi.useFakeTimers();
    const cache = await open();
    let underWay = 0;
    let rounds = 0;
    const load = async (missing: string[]) => {
      expect(++underWay).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 150_000));
      underWay--;
      rounds++;
      return lengths(missing);
    };
    const schedule = warmEvery(cache, every({ load, ttl: { ttl: 1, hardTimeout: '1h' } }));
    await vi.advanceTimersByTimeAsync(209_000);
    expect([rounds, underWay]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(2000);
    expect([rounds, underWay]).toEqual([1, 1]);
    const stopped = schedule.stop();
    await vi.advanceTimersByTimeAsync(150_000);
    await stopped;
    expect([rounds, underWay]).toEqual([2, 0]);
  });

  test('spreads its rounds, and may leave the first for later', async () => {
    vi.useFakeTimers();
    const cache = await open();
    const load = vi.fn(lengths);
    const schedule = warmEvery(cache, every({ load, first: 'later', jitter: 0.5, random: () => 1, ttl: 1 }));
    await vi.advanceTimersByTimeAsync(89_000);
    expect(load).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2000);
    expect(load).toHaveBeenCalledTimes(1);
    await schedule.stop();
  });

  test('goes on after a round that failed, and ends with its signal', async () => {
    vi.useFakeTimers();
    const cache = await open();
    const ending = new AbortController();
    const errors: unknown[] = [];
    let down = true;
    const keys = () => {
      if (down) throw new Error('no list');
      return ['a', 'b'];
    };
    const schedule = warmEvery(
      cache,
      every({ keys, signal: ending.signal, onError: (error) => errors.push(error) }),
    );
    await vi.advanceTimersByTimeAsync(1000);
    expect(schedule.last).toMatchObject({ complete: false, keys: 0 });
    down = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(schedule.last).toMatchObject({ complete: true, loaded: 2 });
    expect(errors).toEqual([new Error('no list')]);
    ending.abort();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('refuses intervals that are none', async () => {
    const cache = await open();
    expect(() => warmEvery(cache, every({ every: 'soon' }))).toThrow('every must be');
    expect(() => warmEvery(cache, every({ every: 0 }))).toThrow('every must be');
    expect(() => warmEvery(cache, every({ jitter: 2 }))).toThrow('jitter must be');
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CreateCacheOptions, createCache, type OpenCache } from '../../src/cache/index.js';
import { RedisServer, redisServerAvailable } from '../support/redis-server.js';

/** A busy machine is no failing store. */
const PATIENT = { guard: { deadlineMs: 5000, writeDeadlineMs: 5000 } };

/** Two caches on one store are as apart as two processes: they share nothing but the store. */
describe.skipIf(!redisServerAvailable())('two caches that share a Redis', () => {
  let redis: RedisServer;
  let opened: OpenCache[] = [];
  let a: OpenCache;
  let b: OpenCache;
  let prefix: string;
  const open = async (options: CreateCacheOptions = {}) => {
    const cache = await createCache({
      redis: { url: redis.url(), prefix },
      jitter: 0,
      ...PATIENT,
      ...options,
    });
    opened.push(cache);
    return cache;
  };
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.remove());
  beforeEach(async () => {
    prefix = `${randomUUID()}:`;
    a = await open();
    b = await open();
    return async () => {
      await Promise.all(opened.map((cache) => cache.close()));
      opened = [];
    };
  });
  /** A copy of the value in this process's memory. */
  const copied = async (cache: OpenCache, key: string, value: unknown) => {
    await vi.waitFor(async () => {
      await cache.get(key);
      expect(cache.peek(key)).toEqual(value);
    });
  };

  test('see what the other set, filled and removed', async () => {
    await a.set('k', { at: new Date(5), n: [1, 2n ** 70n] }, '1m');
    expect(await b.get('k')).toEqual({ at: new Date(5), n: [1, 2n ** 70n] });
    expect(await a.memo('m', '1m', () => 'made')).toBe('made');
    expect(await b.memo('m', '1m', () => 'not called')).toBe('made');
    expect(await b.delete(['k', 'm'])).toBe(true);
    expect(await b.get('k')).toBeUndefined();
    await vi.waitFor(async () => expect(await a.get('k')).toBeUndefined(), { interval: 1 });
  });

  test.each(['delete', 'set', 'invalidateTags', 'clear'] as const)(
    'drop their copies when the other says %s',
    async (how) => {
      await a.set('k', 'old', { ttl: '1m', tags: ['t'] });
      await copied(b, 'k', 'old');
      if (how === 'delete') await a.delete('k');
      if (how === 'set') await a.set('k', 'new', '1m');
      if (how === 'invalidateTags') await a.invalidateTags('t');
      if (how === 'clear') await a.clear();
      await vi.waitFor(() => expect(b.peek('k')).toBeUndefined(), { interval: 1 });
      expect(await b.get('k')).toBe(how === 'set' ? 'new' : undefined);
    },
  );

  test.each(['delete', 'set', 'invalidateTags', 'clear'] as const)(
    'never keep a fill that began before the other said %s',
    async (how) => {
      let land: (value: string) => void = () => undefined;
      let begun: () => void = () => undefined;
      const started = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const filling = a.memo('k', { ttl: '1m', tags: ['t'] }, () => {
        begun();
        return new Promise<string>((resolve) => {
          land = resolve;
        });
      });
      await started;
      if (how === 'delete') await b.delete('k');
      if (how === 'set') await b.set('k', 'new', '1m');
      if (how === 'invalidateTags') await b.invalidateTags('t');
      if (how === 'clear') await b.clear();
      land('old');
      expect(await filling).toBe('old');
      expect(a.peek('k')).toBeUndefined();
      const expected = how === 'set' ? 'new' : undefined;
      expect(await a.get('k')).toBe(expected);
      expect(await b.get('k')).toBe(expected);
      expect(a.stats().refusedFills).toBe(1);
    },
  );

  test('call one factory for two thousand callers, and give its error to all', async () => {
    let calls = 0;
    const slow = async () => {
      calls++;
      await new Promise((done) => setTimeout(done, 100));
      return 'made';
    };
    const fails = async (): Promise<string> => {
      await slow();
      throw Object.assign(new TypeError('no luck'), { code: 'E_LUCK' });
    };
    const all = (key: string, factory: () => Promise<string>) =>
      [a, b].flatMap((cache) => Array.from({ length: 1000 }, () => cache.memo(key, '1m', factory)));
    expect(new Set(await Promise.all(all('cold', slow)))).toEqual(new Set(['made']));
    expect(calls).toBe(1);
    const outcomes = await Promise.allSettled(all('poor', fails));
    expect(calls).toBe(2);
    const errors = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason);
    expect(new Set(errors.map(({ name, message, code }) => `${name} ${message} ${code}`))).toEqual(
      new Set(['TypeError no luck E_LUCK']),
    );
  });

  test('take over from a process that died while it filled a key', async () => {
    const dying = await open();
    void dying.memo('k', '1m', () => new Promise<string>(() => undefined)).catch(() => undefined);
    await vi.waitFor(async () =>
      expect(await redis.with(1, (db) => db.keys(`${prefix}l:*`))).toHaveLength(1),
    );
    await dying.close();
    const begun = performance.now();
    expect(await a.memo('k', '1m', () => 'taken over')).toBe('taken over');
    expect(performance.now() - begun).toBeLessThan(4000);
  });

  test('fill many keys once, in one call each way', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
    const factory = vi.fn(async (missing: string[]) => new Map(missing.map((key) => [key, key])));
    const [left, right] = await Promise.all([
      a.memoMany(keys, '1m', factory),
      b.memoMany(keys, '1m', factory),
    ]);
    expect(left).toEqual(right);
    expect(factory.mock.calls.flatMap(([missing]) => missing).sort()).toEqual([...keys].sort());
  });

  test('do not read values of another version', async () => {
    const next = await open({ version: '2' });
    await a.set('k', 'old shape', '1m');
    expect(await next.get('k')).toBeUndefined();
    expect(next.stats().undecodable).toBe(1);
  });

  test('keep their names apart from other tenants, namespaces and purposes', async () => {
    await a.namespace('t1').namespace('n').set('k', 1);
    await a.namespace('t1/n').set('k', 2);
    expect(await b.namespace('t1').namespace('n').get('k')).toBe(1);
    expect(await b.namespace('t1/n').get('k')).toBe(2);
    const names = await redis.with(1, (db) => db.keys(`${prefix}v:*`));
    expect(names.sort()).toEqual([`${prefix}v:{t1%2Fn|k}`, `${prefix}v:{t1/n|k}`].sort());
  });

  describe('when Redis', () => {
    beforeEach(async () => {
      a = await open({ guard: {} });
      b = await open({ guard: {} });
    });

    test('is frozen, answer within the deadline, serve no copy beyond the bound, and recover', async () => {
      await a.set('k', 'old', '1m');
      await copied(b, 'k', 'old');
      redis.freeze();
      try {
        const begun = performance.now();
        expect(await b.memo('cold', '1m', () => 'from the source')).toBe('from the source');
        expect(performance.now() - begun).toBeLessThan(1000);
        // The source has changed, and the removal cannot be told.
        expect(await a.delete('k')).toBe(false);
        expect(a.stats().pendingInvalidations).toBe(1);
        await vi.waitFor(async () => expect(await b.memo('k', '1m', () => 'new')).toBe('new'), {
          timeout: 1500,
          interval: 20,
        });
      } finally {
        redis.thaw();
      }
      await vi.waitFor(() => expect(a.stats().pendingInvalidations).toBe(0), { timeout: 5000 });
      await vi.waitFor(async () => expect(await a.memo('k', '1m', () => 'new')).toBe('new'), {
        timeout: 5000,
      });
    });

    test('is killed and comes back with its data, nothing that was removed comes back with it', async () => {
      await a.set('k', 'old', '1m');
      await copied(b, 'k', 'old');
      await redis.kill9();
      expect(await a.delete('k')).toBe(false);
      expect(await b.memo('other', '1m', () => 1)).toBe(1);
      await redis.start();
      await vi.waitFor(() => expect(a.stats().store?.state).toBe('closed'), { timeout: 5000 });
      await vi.waitFor(() => expect(a.stats().pendingInvalidations).toBe(0), { timeout: 5000 });
      expect(await a.get('k')).toBeUndefined();
      await vi.waitFor(async () => expect(await b.get('k')).toBeUndefined(), { timeout: 2000 });
    });
  });
});

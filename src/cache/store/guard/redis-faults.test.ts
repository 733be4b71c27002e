import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RedisServer, redisServerAvailable } from '../../../../test/support/redis-server.js';
import { openRedisStore } from '../../redis/index.js';
import { StoreGuard } from './index.js';

const invalidation = { keys: ['a|k'], marks: [] };

/** Calls again and again: how many were answered, and what the slowest took. */
class Load {
  answered = 0;
  failed = 0;
  worstMs = 0;

  async call(work: () => Promise<unknown>): Promise<void> {
    const begun = performance.now();
    try {
      await work();
      this.answered++;
    } catch (error) {
      expect(error).toMatchObject({ code: 'AQF_CACHE_STORE_UNAVAILABLE' });
      this.failed++;
    }
    this.worstMs = Math.max(this.worstMs, performance.now() - begun);
  }

  async reads(guard: StoreGuard, times: number): Promise<this> {
    for (let n = 0; n < times; n++) {
      await this.call(() => guard.read(['a|k'], ['s:']));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return this;
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.skipIf(!redisServerAvailable())('a guarded Redis', () => {
  let server: RedisServer;
  let guard: StoreGuard;

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.remove());
  beforeEach(async () => {
    guard = new StoreGuard(await openRedisStore({ url: server.url() }));
    await guard.write([{ key: 'a|k', value: Buffer.from('v'), ttlMs: 60_000 }], 'test');
  });
  afterEach(() => guard.close());

  test('that hangs costs no call more than its deadline, and is read again when it goes on', async () => {
    server.freeze();
    const load = await new Load().reads(guard, 100);
    expect(load.answered).toBe(0);
    expect(load.worstMs).toBeLessThan(300);
    expect(guard.state).not.toBe('closed');
    server.thaw();
    await until(() => guard.state === 'closed');
    expect((await new Load().reads(guard, 20)).answered).toBeGreaterThan(15);
  });

  test('that was killed and comes back is read again', async () => {
    await server.kill9();
    const load = await new Load().reads(guard, 100);
    expect([load.answered, load.worstMs < 300]).toEqual([0, true]);
    await server.start();
    await until(() => guard.state === 'closed');
    expect((await new Load().reads(guard, 20)).answered).toBeGreaterThan(15);
  });

  test('that is out of memory is read and told of invalidations, and written to when it has memory again', async () => {
    await server.configure({ maxmemory: 1 });
    const writes = new Load();
    const entry = { key: 'a|k', value: Buffer.alloc(100), ttlMs: 60_000 };
    for (let n = 0; n < 10; n++) await writes.call(() => guard.write([entry], 'test'));
    expect([writes.answered, guard.state, guard.writeState]).toEqual([0, 'closed', 'open']);
    expect((await new Load().reads(guard, 20)).answered).toBeGreaterThan(15);
    await guard.invalidate(invalidation, 'test');
    expect((await guard.read(['a|k'], [])).values).toEqual([undefined]);
    await server.configure({ maxmemory: 0 });
    await until(() => guard.writeState === 'closed');
    const token = randomUUID();
    const lease = await guard.lease({ keys: [{ key: 'a|k' }], marks: [], token, ttlMs: 1000 });
    expect(lease.keys[0]?.holder).toBe(token);
  });
});

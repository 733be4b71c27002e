import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import {
  Cache,
  type CreateCacheOptions,
  createCache,
  DEFAULT_POLICY,
  Engine,
  type OpenCache,
} from '../../src/cache/index.js';
import { MemoryBackend } from '../support/memory-store.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(options: CreateCacheOptions = {}): Promise<OpenCache> {
  const cache = await createCache({ jitter: 0, ...options });
  closing.push(() => cache.close());
  return cache;
}

/** A server that takes connections and says nothing. */
async function silentServer(): Promise<{ port: number; connections: () => number; accepted: () => number }> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server: Server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, connections: () => sockets.size, accepted: () => accepted };
}

const LONG = [Number.POSITIVE_INFINITY, 1e308, '30d'];

describe('times beyond those of timers', () => {
  test.each(LONG)('a hardTimeout of %s gives the factory its time', async (hardTimeout) => {
    const cache = await open();
    expect(await cache.memo('a', { hardTimeout }, () => sleep(30, 'made'))).toBe('made');
  });

  test.each(LONG)('a softTimeout of %s waits for the factory', async (softTimeout) => {
    const cache = await open();
    const options = { ttl: 1, grace: '1m', softTimeout };
    await cache.memo('a', options, () => 'old');
    await expect.poll(() => cache.peek('a')).toBeUndefined();
    expect(await cache.memo('a', options, () => sleep(30, 'new'))).toBe('new');
  });

  test.each(LONG)('a ttl of %s keeps a value', async (ttl) => {
    const backend = new MemoryBackend();
    const [one, other] = [await open({ store: backend.open() }), await open({ store: backend.open() })];
    expect(await one.set('a', 'kept', ttl)).toBe(true);
    expect([await one.get('a'), await other.get('a')]).toEqual(['kept', 'kept']);
  });
});

test('an array that is too large for memory is not looked through', async () => {
  const cache = await open();
  const array = new Array(4_000_000_000);
  const begun = performance.now();
  expect(await cache.memo('a', '1m', () => array)).toBe(array);
  expect(performance.now() - begun).toBeLessThan(1000);
  expect(cache.stats()).toMatchObject({ entries: 0, tooLarge: 1 });
});

describe('arguments that are none', () => {
  const KEYS = ['', 'k'.repeat(1025), '\ud800', 5, null, undefined, Symbol('k'), {}] as string[];
  const malformed = { code: 'AQF_ARGUMENT_INVALID' };

  test('a malformed key is a rejection, never an exception, with a store as without', async () => {
    for (const cache of [await open(), await open({ store: new MemoryBackend().open() })]) {
      for (const key of KEYS) {
        const calls = [
          () => cache.get(key),
          () => cache.has(key),
          () => cache.memo(key, '1m', () => 1),
          () => cache.set(key, 1),
          () => cache.delete([key]),
          () => cache.getMany([key]),
          () => cache.memoMany([key], '1m', () => ({})),
        ];
        for (const call of calls) await expect(call()).rejects.toMatchObject(malformed);
        expect(cache.peek(key)).toBeUndefined();
      }
    }
  });

  test('limits that are no numbers are refused: there would be none', async () => {
    for (const limit of [Number.NaN, -1, '100'] as number[]) {
      await expect(createCache({ maxEntries: limit })).rejects.toMatchObject(malformed);
      await expect(createCache({ maxBytes: limit })).rejects.toMatchObject(malformed);
    }
  });

  test('a tier is on or off, and not a text that says so', async () => {
    const cache = await open();
    for (const tier of ['l1', 'l2']) {
      const given = cache.memo('a', { [tier]: 'false' } as never, () => 1);
      await expect(given).rejects.toMatchObject(malformed);
    }
  });

  test.each([
    ['ttl', { ttl: 'soon' }],
    ['guard', { guard: { deadlineMs: -1 } }],
    ['version', { version: 'v'.repeat(256) }],
  ])('a cache that cannot be opened for its %s leaves no connection behind', async (_, options) => {
    const server = await silentServer();
    const redis = { host: '127.0.0.1', port: server.port, connectTimeout: 100 };
    await expect(createCache({ redis, ...options })).rejects.toMatchObject(malformed);
    expect(server.accepted()).toBe(1);
    await expect.poll(server.connections, { timeout: 2000 }).toBe(0);
  });
});

test('an error whose properties throw gives the key free like any other', async () => {
  const cache = await open({ store: new MemoryBackend().open() });
  const error = {
    get code() {
      throw new Error('a getter');
    },
  };
  await expect(cache.memo('a', '1m', () => Promise.reject(error))).rejects.toBe(error);
  expect(await cache.memo('a', { hardTimeout: 300 }, () => 'made')).toBe('made');
});

test('a cache that is first used after it was closed serves, and fails nowhere unheard', async () => {
  const limits = { maxEntries: 10, maxBytes: 100_000, staleness: 1000, version: '1' };
  const engine = new Engine({ ...limits, store: new MemoryBackend().open() });
  await engine.close();
  // The data layer starts it with the first use of a cache, and waits for nothing.
  await expect(engine.start()).resolves.toBeUndefined();
  const space = engine.memory.spaces.at('acme', 'acme');
  const cache = new Cache(engine, space, DEFAULT_POLICY);
  expect(await cache.memo('a', '1m', () => 'made')).toBe('made');
  expect(await cache.delete('a')).toBe(false);
  await engine.close();
});

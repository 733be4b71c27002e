import { createCache } from '../../src/cache/index.js';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured } from '../harness/measurement.js';
import { median } from '../harness/statistics.js';
import { openCountingProxy } from './counting-proxy.js';
import { withPrefix } from './redis.js';
import { makeUser, TTL_MS, type User, userKey } from './users.js';

const KEYS = 100;
const REPEATS = 20;

/** How often `memoMany` of a hundred hits waits for Redis: counted on the wire. */
export async function measureRoundTrips(url: string, context: BenchmarkContext): Promise<Measurement[]> {
  context.progress(`round trips of ${KEYS} hits`);
  const { hostname, port, pathname } = new URL(url);
  const server = { host: hostname, port: Number(port || 6379) };
  const proxy = await openCountingProxy(server, (sent) => /xread/i.test(sent.toString('latin1')));
  try {
    return await withPrefix(url, async (prefix) => {
      const through = `redis://127.0.0.1:${proxy.port}${pathname}`;
      const cache = await createCache<User>({ redis: { url: through, prefix }, l1: false });
      try {
        const users = Array.from({ length: KEYS }, (_, id) => [userKey(id), makeUser(id)] as const);
        await cache.setMany(users, TTL_MS);
        const keys = users.map(([key]) => key);
        const trips: number[] = [];
        for (let repeat = 0; repeat < REPEATS; repeat++) {
          proxy.taken();
          const found = await cache.memoMany<User>(keys, TTL_MS, () => new Map());
          trips.push(proxy.taken());
          if (found.size !== KEYS) throw new Error(`${found.size} of ${KEYS} were found.`);
        }
        return [measured('memo_many_100_round_trips', median(trips), 'round trips')];
      } finally {
        await cache.close();
      }
    });
  } finally {
    await proxy.close();
  }
}

import { createCache } from '../../../src/cache/index.js';
import { TTL_MS, type User } from '../users.js';
import { missed, type Peer } from './peer.js';

export interface AquiferPeer extends Peer {
  /** Awaited hits with options as an application gives them. */
  optionHits(calls: number): Promise<void>;
  /** Hits without await. */
  peeks(calls: number): void;
}

export async function openAquifer(keys: readonly string[], capacity: number): Promise<AquiferPeer> {
  const cache = await createCache<User>({ maxEntries: capacity, maxBytes: 2 ** 30 });
  let next = 0;
  return {
    about: 'memo of a cache in memory',
    async fill(users) {
      for (const [key, user] of users) await cache.set(key, user, TTL_MS);
    },
    async hits(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        const key = keys[next++] as string;
        await cache.memo<User>(key, '10m', () => missed(key));
      }
    },
    async optionHits(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        const key = keys[next++] as string;
        await cache.memo<User>(key, { ttl: '10m', swr: '1m' }, () => missed(key));
      }
    },
    peeks(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        if (cache.peek<User>(keys[next++] as string) === undefined) throw new Error('A miss.');
      }
    },
    close: () => cache.close(),
  };
}

import { LRUCache } from 'lru-cache';
import { TTL_MS, type User } from '../users.js';
import type { Peer } from './peer.js';

/** What lru-cache itself can be asked besides. */
export interface LruPeer extends Peer {
  /** Hits without await. */
  gets(calls: number): void;
}

/** Without a TTL, which is the faster one: an async function around `get`. */
export async function openLru(keys: readonly string[], capacity: number): Promise<LruPeer> {
  const lru = new LRUCache<string, User>({ max: capacity });
  const get = async (key: string) => lru.get(key);
  let next = 0;
  return {
    about: 'an async function around get of lru-cache, without a TTL',
    async fill(users) {
      for (const [key, user] of users) lru.set(key, user);
    },
    async hits(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        if ((await get(keys[next++] as string)) === undefined) throw new Error('A miss.');
      }
    },
    gets(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        if (lru.get(keys[next++] as string) === undefined) throw new Error('A miss.');
      }
    },
    async close() {
      lru.clear();
    },
  };
}

export async function openLruWithTtl(keys: readonly string[], capacity: number): Promise<LruPeer> {
  const lru = new LRUCache<string, User>({ max: capacity, ttl: TTL_MS });
  const get = async (key: string) => lru.get(key);
  let next = 0;
  return {
    about: 'an async function around get of lru-cache with a TTL',
    async fill(users) {
      for (const [key, user] of users) lru.set(key, user);
    },
    async hits(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        if ((await get(keys[next++] as string)) === undefined) throw new Error('A miss.');
      }
    },
    gets(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        if (lru.get(keys[next++] as string) === undefined) throw new Error('A miss.');
      }
    },
    async close() {
      lru.clear();
    },
  };
}

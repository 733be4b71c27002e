import { createCache } from 'cache-manager';
import { TTL_MS } from '../users.js';
import { plainKeyv } from './keyv.js';
import { missed, type OpenPeer } from './peer.js';

export const openCacheManager: OpenPeer = async (keys) => {
  const cache = createCache({ stores: [plainKeyv()] });
  let next = 0;
  return {
    about: 'wrap of cache-manager on a Map without serialisation or limit',
    async fill(users) {
      for (const [key, user] of users) await cache.set(key, user, TTL_MS);
    },
    async hits(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        const key = keys[next++] as string;
        await cache.wrap(key, () => missed(key), TTL_MS);
      }
    },
    async close() {
      await cache.disconnect();
    },
  };
};

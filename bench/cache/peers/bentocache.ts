import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { TTL_MS } from '../users.js';
import { missed, type OpenPeer } from './peer.js';

export const openBentocache: OpenPeer = async (keys, capacity) => {
  const bento = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: capacity, serialize: false })) },
  });
  let next = 0;
  return {
    about: 'getOrSet of bentocache, memory driver, serialize: false',
    async fill(users) {
      for (const [key, value] of users) await bento.set({ key, value, ttl: TTL_MS });
    },
    async hits(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        const key = keys[next++] as string;
        await bento.getOrSet({ key, ttl: TTL_MS, factory: () => missed(key) });
      }
    },
    close: () => bento.disconnectAll(),
  };
};

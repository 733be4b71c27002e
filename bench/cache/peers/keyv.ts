import { Keyv } from 'keyv';
import { TTL_MS, type User } from '../users.js';
import { missed, type OpenPeer } from './peer.js';

/** A Keyv over a Map that keeps values as they are: the fastest it can be, though without a limit. */
export function plainKeyv(): Keyv {
  const keyv = new Keyv({ store: new Map() });
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  return keyv;
}

export const openKeyv: OpenPeer = async (keys) => {
  const keyv = plainKeyv();
  const getOrSet = async (key: string, factory: () => Promise<User>): Promise<User> => {
    const found = await keyv.get<User>(key);
    if (found !== undefined) return found;
    const made = await factory();
    await keyv.set(key, made, TTL_MS);
    return made;
  };
  let next = 0;
  return {
    about: 'get-or-set by hand on keyv (it has none), a Map without serialisation or limit',
    async fill(users) {
      for (const [key, user] of users) await keyv.set(key, user, TTL_MS);
    },
    async hits(calls) {
      for (let call = 0; call < calls; call++) {
        if (next === keys.length) next = 0;
        const key = keys[next++] as string;
        await getOrSet(key, () => missed(key));
      }
    },
    close: () => keyv.clear(),
  };
};

import { openAquifer } from './peers/aquifer.js';
import { openBentocache } from './peers/bentocache.js';
import { openCacheManager } from './peers/cache-manager.js';
import { openCacheable } from './peers/cacheable.js';
import { openKeyv } from './peers/keyv.js';
import { openLruWithTtl } from './peers/lru.js';
import type { OpenPeer, Peer } from './peers/peer.js';
import { makeUser, type User, userKey } from './users.js';

/** What can hold the entries. */
export type Holder = 'map' | 'aquifer' | 'lru' | 'bentocache' | 'cacheable' | 'cacheManager' | 'keyv';

const ENTRIES = 100_000;

const OPEN: Readonly<Record<Holder, OpenPeer>> = {
  map: openMap,
  aquifer: openAquifer,
  lru: openLruWithTtl,
  bentocache: openBentocache,
  cacheable: openCacheable,
  cacheManager: openCacheManager,
  keyv: openKeyv,
};

/** Keys and values alone, which are there already and so are not counted: what is left is the Map's own. */
async function openMap(): Promise<Peer> {
  const map = new Map<string, User>();
  return {
    about: 'a bare Map',
    async fill(users) {
      for (const [key, user] of users) map.set(key, user);
    },
    async hits() {},
    async close() {
      map.clear();
    },
  };
}

function heapBytes(): number {
  global.gc?.();
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const users = Array.from({ length: ENTRIES }, (_, id) => [userKey(id), makeUser(id)] as const);
const holder = process.argv[2] as Holder;
// Before it is opened, for some make room for all entries then.
const before = heapBytes();
const peer = await OPEN[holder]([], ENTRIES);
await peer.fill(users);
const after = heapBytes();
console.log(Math.round((after - before) / ENTRIES));
// Holds the users until here.
await peer.close();
process.exit(users.length === ENTRIES ? 0 : 1);

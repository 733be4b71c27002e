import type { Redis } from 'ioredis';
import type { StoreRead } from '../store/store.js';
import type { ClusterLink } from './cluster-link.js';
import type { RedisKeys } from './keys.js';
import { storeRead } from './read-command.js';

type Found = Buffer | null;

/** Names that are on one node. */
interface Share {
  readonly names: string[];
  /** Where each of them is in what was asked for. */
  readonly places: number[];
}

/** Reads from every node at once, in one round trip each; what has moved meanwhile is asked for once more. */
export async function readCluster(
  link: ClusterLink,
  names: RedisKeys,
  keys: readonly string[],
  marks: readonly string[],
): Promise<StoreRead> {
  const all = [...keys.map((key) => names.value(key)), ...marks.map((mark) => names.mark(mark))];
  const found = new Array<Found>(all.length).fill(null);
  const shares = [...shared(link, all)];
  await Promise.all(
    shares.map(async ([node, share]) => {
      const own = await readShare(link, node, share.names);
      for (const [index, place] of share.places.entries()) found[place] = own[index] ?? null;
    }),
  );
  return storeRead(found, keys.length);
}

function shared(link: ClusterLink, names: readonly string[]): Map<Redis, Share> {
  const shares = new Map<Redis, Share>();
  for (const [place, name] of names.entries()) {
    const node = link.at(name);
    const share = shares.get(node) ?? { names: [], places: [] };
    share.names.push(name);
    share.places.push(place);
    shares.set(node, share);
  }
  return shares;
}

/** GETs, since an MGET is for names of one slot only. */
async function readShare(link: ClusterLink, node: Redis, names: readonly string[]): Promise<Found[]> {
  const pipeline = node.pipeline();
  for (const name of names) pipeline.getBuffer(name);
  const replies = (await pipeline.exec()) ?? [];
  return Promise.all(
    names.map(async (name, index) => {
      const [error, value] = replies[index] ?? [new Error('no reply')];
      if (!error) return value as Found;
      if (!/^(MOVED|ASK|TRYAGAIN) /.test(error.message)) throw error;
      return link.do(name, (connection) => connection.getBuffer(name));
    }),
  );
}

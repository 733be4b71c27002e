import type { Cache } from '../../cache/index.js';
import { Places, stretchOf } from './places.js';
import { clipped, type Range } from './range.js';
import { BLOCK, blockKey, blocksOf, type End, endKey, itemKey, type Part, pastKey } from './segments.js';
import type { RangeHit, RangeMiss, RangeTicket } from './types.js';

/** What is stored of a range, in at most two questions to the cache. `mixed`: of more than one version. */
export async function lookUp<T>(
  space: Cache,
  ticket: RangeTicket,
  asked: Range,
): Promise<RangeHit<T> | RangeMiss | 'mixed'> {
  const blocks = blocksOf(asked);
  const keys = [endKey(ticket), pastKey(ticket), ...blocks.map((block) => blockKey(ticket, block))];
  const stored = await space.getMany<Part<T> | End>(keys);
  const etags = new Set([...stored.values()].map(({ etag }) => etag));
  const end = (stored.get(endKey(ticket)) as End | undefined)?.end;
  const past = (stored.get(pastKey(ticket)) as End | undefined)?.end;
  const places = new Places<T>(clipped(asked, Math.min(end ?? Infinity, past ?? Infinity)));
  for (const block of blocks) {
    const part = stored.get(blockKey(ticket, block)) as Part<T> | undefined;
    if (part) places.put(block * BLOCK, part);
  }
  await putSingles(space, ticket, places, etags);
  if (etags.size > 1) return 'mixed';
  const { missing } = places;
  if (missing.length > 0) return { hit: false, ticket, missing: stretchOf(missing) };
  const [etag] = etags;
  return { hit: true, items: places.items, total: end, etag: etag ?? undefined };
}

/** Results that are stored by themselves, for places that no block fills. */
async function putSingles<T>(
  space: Cache,
  ticket: RangeTicket,
  places: Places<T>,
  etags: Set<string | null>,
): Promise<void> {
  const positions = new Map(places.missing.map((position) => [itemKey(ticket, position), position]));
  if (positions.size === 0) return;
  for (const [key, part] of await space.getMany<Part<T>>([...positions.keys()])) {
    etags.add(part.etag);
    places.put(positions.get(key) as number, part);
  }
}

import type { Range } from './range.js';

/** Results of a block: they are stored together when all of them are known. */
export const BLOCK = 10;

/** A result set in one version of it: what was stored under another generation is never found again. */
export interface Generation {
  readonly key: string;
  readonly generation: string;
}

/** A stretch of results as it is stored: a whole block, or a single result of one that is not known whole. */
export interface Part<T> {
  /** The version of the result set that it is of, as its source names it. */
  readonly etag: string | null;
  readonly items: readonly T[];
}

/** Where results end. */
export interface End {
  readonly etag: string | null;
  readonly end: number;
}

export const headKey = (key: string) => key;
const under = ({ key, generation }: Generation, name: string) => `${key}.${generation}.${name}`;
export const etagKey = (of: Generation) => under(of, 'etag');
/** How many results there are. */
export const endKey = (of: Generation) => under(of, 'end');
/** A place from which on there are none. */
export const pastKey = (of: Generation) => under(of, 'past');
export const blockKey = (of: Generation, block: number) => under(of, `b${block}`);
export const itemKey = (of: Generation, position: number) => under(of, `i${position}`);
export const flightKey = (of: Generation, { offset, limit }: Range) => under(of, `f${offset}-${limit}`);

/** The blocks that a range lies in. */
export function blocksOf({ offset, limit }: Range): number[] {
  const first = Math.floor(offset / BLOCK);
  const last = Math.ceil((offset + limit) / BLOCK);
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
}

/**
 * Cuts a page into what is stored of it: blocks that it covers to their end, or to the end of all results, and single
 * results elsewhere. Pages that meet within a block so complete each other without anyone reading and rewriting it.
 */
export function partsOf<T>(
  of: Generation,
  etag: string | null,
  {
    offset,
    items,
    end,
  }: { readonly offset: number; readonly items: readonly T[]; readonly end: number | undefined },
): [string, Part<T>][] {
  const last = offset + items.length;
  return blocksOf({ offset, limit: items.length }).flatMap((block): [string, Part<T>][] => {
    const from = block * BLOCK;
    const to = Math.min(from + BLOCK, last);
    const isWhole = from >= offset && (to === from + BLOCK || to === end);
    if (isWhole) return [[blockKey(of, block), { etag, items: items.slice(from - offset, to - offset) }]];
    const begin = Math.max(from, offset);
    return items
      .slice(begin - offset, to - offset)
      .map((item, index) => [itemKey(of, begin + index), { etag, items: [item] }]);
  });
}

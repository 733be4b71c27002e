import { randomUUID } from 'node:crypto';
import type { Cache, CacheOptions } from '../../cache/index.js';
import { AquiferError } from '../../errors/index.js';
import { checkedRange, clipped, isCount, type Range } from './range.js';
import {
  BLOCK,
  blockKey,
  blocksOf,
  type End,
  endKey,
  etagKey,
  flightKey,
  type Generation,
  headKey,
  itemKey,
  type Part,
  partsOf,
  pastKey,
} from './segments.js';

/**
 * The right to store pages of a result set as it is now. Given out before a page is fetched, it is worth nothing once
 * the set was invalidated: what was fetched before is then stored where nobody looks.
 */
export type RangeTicket = Generation;

export interface RangeHit<T> {
  readonly hit: true;
  /** As many as were asked for, or as there are. */
  readonly items: T[];
  /** How many results there are in all, where that is known. */
  readonly total: number | undefined;
  /** The version of the result set, where its source named one. */
  readonly etag: string | undefined;
}

export interface RangeMiss {
  readonly hit: false;
  /** What the pages that are fetched now are stored with. */
  readonly ticket: RangeTicket;
  /** The shortest range that holds everything that is missing. */
  readonly missing: Range;
}

/** Results that were fetched. */
export interface FetchedRange<T> {
  readonly offset: number;
  readonly items: readonly T[];
  /** How many were asked for: when fewer came, the results end there. */
  readonly limit?: number;
  /** How many results there are in all, where the source says so exactly. */
  readonly total?: number;
  /** The version of the result set, where the source has one: pages of different versions are never joined. */
  readonly etag?: string;
}

/** Result sets of a cache, in its namespace `searches`. */
export class RangeCache {
  readonly #heads: Cache;
  readonly #parts: Cache;
  readonly #options: CacheOptions;

  constructor(cache: Cache, options: CacheOptions) {
    const { tags: _, ...untagged } = options;
    this.#heads = cache.namespace('searches', options);
    // Parts are found through the head alone, and so need no tags of their own.
    this.#parts = cache.namespace('searches', untagged);
    this.#options = options;
  }

  async check<T>(key: string, range: Range): Promise<RangeHit<T> | RangeMiss> {
    const asked = checkedRange(range);
    const { ticket, isNew } = await this.#ticket(key);
    if (isNew && asked.limit > 0) return { hit: false, ticket, missing: asked };
    const known = await lookUp<T>(this.#parts, ticket, asked);
    if (known !== 'mixed') return known;
    // Two versions were stored side by side, by processes that did not see each other: neither is trusted.
    await this.#heads.delete(headKey(key));
    return { hit: false, ticket: (await this.#ticket(key)).ticket, missing: asked };
  }

  async set<T>(ticket: RangeTicket, page: FetchedRange<T>): Promise<boolean> {
    const { offset, items, etag } = page;
    checkedRange({ offset, limit: items.length });
    const { end, past } = endsOf(page);
    if (etag !== undefined && !(await this.#isOf(ticket, etag))) return false;
    const version = etag ?? null;
    const entries: [string, Part<T> | End][] = partsOf(ticket, version, { offset, items, end });
    if (end !== undefined) entries.push([endKey(ticket), { etag: version, end }]);
    if (past !== undefined) entries.push([pastKey(ticket), { etag: version, end: past }]);
    return this.#parts.setMany(entries);
  }

  /** Calls `work` for one of those who want the same at the same time, in whatever process; the others wait for it. */
  async once(ticket: RangeTicket, range: Range, work: () => Promise<void>): Promise<void> {
    await this.#heads.memo(flightKey(ticket, range), this.#options, async () => {
      await work();
      return undefined;
    });
  }

  async #ticket(key: string): Promise<{ ticket: RangeTicket; isNew: boolean }> {
    let made: string | undefined;
    const generation = await this.#heads.memo<string>(headKey(key), this.#options, () => {
      made = randomUUID();
      return made;
    });
    return { ticket: { key, generation }, isNew: generation === made };
  }

  /** The first page decides of which version a generation is. Another version ends it. */
  async #isOf(ticket: RangeTicket, etag: string): Promise<boolean> {
    const settled = await this.#parts.memo<string>(etagKey(ticket), {}, () => etag);
    if (settled === etag) return true;
    await this.#heads.delete(headKey(ticket.key));
    return false;
  }
}

/**
 * Answers a range from the pages that were stored, whichever way they were cut.
 * @param cache the tenant's own, of which this takes the namespace `searches`
 * @param key of `createSearchResultCacheKey`
 * @param options with the `tags` that invalidate the result set
 * @throws AQF_ARGUMENT_INVALID
 */
export function checkSearchResultCacheRange<T>(
  cache: Cache,
  key: string,
  range: Range,
  options: CacheOptions = {},
): Promise<RangeHit<T> | RangeMiss> {
  return new RangeCache(cache, options).check<T>(key, range);
}

/**
 * Stores a page. Pages may overlap, come in any order and from several processes at once: each result lies under a key
 * of its own or of its block, and none is rewritten to add another.
 * @param ticket of the check that missed, before the page was fetched
 * @returns false when the shared tier did not confirm, or when the page is of another version than those before it:
 *   then those are dropped, and this page is not stored
 * @throws AQF_ARGUMENT_INVALID
 */
export function setSearchResultCacheRange<T>(
  cache: Cache,
  ticket: RangeTicket,
  page: FetchedRange<T>,
  options: CacheOptions = {},
): Promise<boolean> {
  return new RangeCache(cache, options).set(ticket, page);
}

/** What a page tells of the end: how many results there are, or only that there are none from a place on. */
function endsOf({ offset, items, limit, total }: FetchedRange<unknown>): { end?: number; past?: number } {
  if (total !== undefined) {
    if (isCount(total)) return { end: total };
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'total must be a whole number from 0 on.');
  }
  if (limit === undefined || items.length >= limit) return {};
  const end = offset + items.length;
  return items.length > 0 || offset === 0 ? { end } : { past: end };
}

type Stored<T> = Map<string, Part<T> | End>;

async function lookUp<T>(
  space: Cache,
  ticket: RangeTicket,
  asked: Range,
): Promise<RangeHit<T> | RangeMiss | 'mixed'> {
  const ends = [endKey(ticket), pastKey(ticket)];
  const blocks = blocksOf(asked).map((block) => blockKey(ticket, block));
  const stored: Stored<T> = await space.getMany([...ends, ...blocks]);
  const end = (stored.get(endKey(ticket)) as End | undefined)?.end;
  const past = (stored.get(pastKey(ticket)) as End | undefined)?.end;
  const wanted = clipped(asked, Math.min(end ?? Number.POSITIVE_INFINITY, past ?? Number.POSITIVE_INFINITY));
  const single = singlesMissing(ticket, wanted, stored);
  if (single.length > 0)
    for (const [key, part] of await space.getMany<Part<T>>(single)) stored.set(key, part);
  const etags = new Set([...stored.values()].map(({ etag }) => etag));
  if (etags.size > 1) return 'mixed';
  const items = positions(wanted).map((position) => itemAt(ticket, position, stored));
  const missing = stretch(wanted, items);
  if (missing) return { hit: false, ticket, missing };
  const [etag] = etags;
  return {
    hit: true,
    items: items.map((found) => (found as Found<T>).item),
    total: end,
    etag: etag ?? undefined,
  };
}

interface Found<T> {
  readonly item: T;
}

/** A result wherever it lies: in its block, or by itself. */
function itemAt<T>(ticket: RangeTicket, position: number, stored: Stored<T>): Found<T> | undefined {
  const block = stored.get(blockKey(ticket, Math.floor(position / BLOCK))) as Part<T> | undefined;
  const within = position % BLOCK;
  if (block && within < block.items.length) return { item: block.items[within] as T };
  const single = stored.get(itemKey(ticket, position)) as Part<T> | undefined;
  return single && { item: single.items[0] as T };
}

function singlesMissing<T>(ticket: RangeTicket, wanted: Range, stored: Stored<T>): string[] {
  return positions(wanted)
    .filter((position) => !itemAt(ticket, position, stored))
    .map((position) => itemKey(ticket, position));
}

function positions({ offset, limit }: Range): number[] {
  return Array.from({ length: limit }, (_, index) => offset + index);
}

/** From the first that is missing to the last; undefined when none is. */
function stretch({ offset }: Range, items: readonly (object | undefined)[]): Range | undefined {
  const first = items.indexOf(undefined);
  if (first === -1) return undefined;
  return { offset: offset + first, limit: items.lastIndexOf(undefined) - first + 1 };
}

import { randomUUID } from 'node:crypto';
import type { Cache, CacheOptions } from '../../cache/index.js';
import { AquiferError } from '../../errors/index.js';
import { lookUp } from './look-up.js';
import { checkedRange, isCount, type Range } from './range.js';
import { type End, endKey, etagKey, flightKey, headKey, type Part, partsOf, pastKey } from './segments.js';
import type { FetchedRange, RangeHit, RangeMiss, RangeTicket } from './types.js';

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

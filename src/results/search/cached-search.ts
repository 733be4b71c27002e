import { type Cache, type CacheOptions, entityTag } from '../../cache/index.js';
import { DOCUMENTS_ENTITY } from '../../documents/index.js';
import { createSearchResultCacheKey } from './key.js';
import type { Range } from './range.js';
import { RangeCache } from './range-cache.js';
import { BLOCK } from './segments.js';
import type { RangeHit, RangeTicket } from './types.js';

/** What every search takes; the rest of its options is part of the question. */
export interface PagedOptions {
  /** @default `defaultLimit` of the cached search */
  readonly limit?: number;
  /** @default 0 */
  readonly offset?: number;
}

/** Results as a search may return them when it knows more than the results. */
export interface SearchedPage<T> {
  readonly items: readonly T[];
  /** How many there are in all, exactly. */
  readonly total?: number;
  /** The version of the result set. */
  readonly etag?: string;
}

/** A search such as `scope.search`. */
export type SearchFunction<T, O extends PagedOptions> = (
  question: string,
  options: O,
) => Promise<readonly T[] | SearchedPage<T>>;

export interface CachedSearchOptions extends CacheOptions {
  /**
   * What invalidates results.
   * @default the tag of the documents of the layer, which `scope.documents` invalidates
   */
  readonly tags?: readonly string[];
  /**
   * `top`: the search knows `limit` alone and returns the best, as `scope.search` does; pages are cut here. `offset`:
   * it takes `offset` too.
   * @default 'top'
   */
  readonly paging?: 'top' | 'offset';
  /** Results of a page where the call does not say. @default 10 */
  readonly defaultLimit?: number;
  /** What else decides what is found: the model that embeds, weights, who asks. */
  readonly vary?: unknown;
}

export interface SearchFigures {
  readonly searches: number;
  /** Answered from stored pages, or by a search that another call had begun. */
  readonly hits: number;
  readonly misses: number;
}

/** A search that remembers its pages. */
export interface CachedSearch<T, O extends PagedOptions> {
  (question: string, options?: O & PagedOptions): Promise<T[]>;
  /** The same, with how many there are in all, where that is known. */
  page(question: string, options?: O & PagedOptions): Promise<RangeHit<T>>;
  figures(): SearchFigures;
}

class Searcher<T, O extends PagedOptions> {
  readonly #search: SearchFunction<T, O>;
  readonly #ranges: RangeCache;
  readonly #options: CachedSearchOptions;
  readonly figures = { searches: 0, misses: 0 };

  constructor(search: SearchFunction<T, O>, cache: Cache, options: CachedSearchOptions) {
    const { paging: _, defaultLimit: __, vary: ___, ...policy } = options;
    this.#search = search;
    this.#ranges = new RangeCache(cache, { ...policy, tags: policy.tags ?? [entityTag(DOCUMENTS_ENTITY)] });
    this.#options = options;
  }

  async page(question: string, options: O & PagedOptions): Promise<RangeHit<T>> {
    this.figures.searches += 1;
    const { limit = this.#options.defaultLimit ?? 10, offset = 0, ...others } = options;
    const range = { offset, limit };
    const key = this.#key(question, others, range);
    const known = await this.#ranges.check<T>(key, range);
    if (known.hit) return known;
    const ask = (ticket: RangeTicket) => this.#fetch(range, ticket, question, options);
    const own = await this.#once(key, range, known.ticket, ask);
    if (own) return own;
    // Another call fetched this page. What it stored may be invalidated by now.
    const stored = await this.#ranges.check<T>(key, range);
    return stored.hit ? stored : ask(stored.ticket);
  }

  #key(question: string, others: object, range: Range): string {
    const depth = this.#options.paging === 'offset' ? 0 : rankingOf(range);
    return createSearchResultCacheKey(question, [others, this.#options.vary, depth]);
  }

  /** One search for all who miss the same page; undefined for those who waited for another's. */
  async #once(
    key: string,
    range: Range,
    ticket: RangeTicket,
    ask: (ticket: RangeTicket) => Promise<RangeHit<T>>,
  ): Promise<RangeHit<T> | undefined> {
    let own: RangeHit<T> | undefined;
    await this.#ranges.once(ticket, range, async () => {
      const since = await this.#ranges.check<T>(key, range);
      own = since.hit ? since : await ask(since.ticket);
    });
    return own;
  }

  async #fetch(range: Range, ticket: RangeTicket, question: string, options: O): Promise<RangeHit<T>> {
    this.figures.misses += 1;
    const asked = this.#options.paging === 'offset' ? range : { offset: 0, limit: depthOf(range) };
    const found = await this.#search(question, this.#asking(options, asked));
    const page: SearchedPage<T> = 'items' in found ? found : { items: found };
    await this.#ranges.set(ticket, { ...page, ...asked });
    const from = range.offset - asked.offset;
    return {
      hit: true,
      items: page.items.slice(from, from + range.limit),
      total: page.total ?? (page.items.length < asked.limit ? asked.offset + page.items.length : undefined),
      etag: page.etag,
    };
  }

  /** `scope.search` refuses options that it does not know. */
  #asking(options: O, { offset, limit }: Range): O {
    if (this.#options.paging === 'offset') return { ...options, offset, limit };
    const { offset: _, ...others } = options;
    return { ...others, limit } as O;
  }
}

/** Candidates that `scope.search` ranks at least: a shorter list is the beginning of a longer one up to here. */
const ONE_RANKING = 100;
/** Beyond, more candidates are ranked, perhaps otherwise: lists are fetched to one of these ends, and kept apart. */
const STEPS = [250, 500, 1000];

/** Which lists begin alike. */
function rankingOf(range: Range): number {
  return range.offset + range.limit <= ONE_RANKING ? 0 : depthOf(range);
}

/** How many of the best are asked for, so that the range is among them. */
function depthOf({ offset, limit }: Range): number {
  const wanted = offset + limit;
  if (wanted <= ONE_RANKING) return Math.max(1, Math.ceil(wanted / BLOCK)) * BLOCK;
  return STEPS.find((step) => step >= wanted) ?? wanted;
}

/**
 * Answers a search from its stored pages, joined whichever way they were cut, until a change invalidates them.
 * @param cache the tenant's own, of which this takes the namespace `searches`
 */
export function cachedSearch<T, O extends PagedOptions>(
  search: SearchFunction<T, O>,
  cache: Cache,
  options: CachedSearchOptions = {},
): CachedSearch<T, O> {
  const searcher = new Searcher<T, O>(search, cache, options);
  const page: CachedSearch<T, O>['page'] = (question, asked) =>
    searcher.page(question, asked ?? ({} as O & PagedOptions));
  const call = async (question: string, asked?: O & PagedOptions) => (await page(question, asked)).items;
  const figures = () => {
    const { searches, misses } = searcher.figures;
    return { searches, hits: searches - misses, misses };
  };
  return Object.assign(call, { page, figures });
}

import type { Range } from './range.js';
import type { Generation } from './segments.js';

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

import type { GuardFigures } from './store/guard/index.js';

/** What a cache has done since it was opened, over all its namespaces and tenants. */
export interface CacheStats {
  /** Answered from this process. */
  readonly l1Hits: number;
  /** Answered from the shared tier. */
  readonly l2Hits: number;
  /** Answered by neither. */
  readonly misses: number;
  /** Values served after their ttl, by `swr`, `grace` or `softTimeout`. */
  readonly staleServed: number;
  /** Values that factories made and that were stored. */
  readonly fills: number;
  /** Values that factories made and that were not stored, since they were invalidated meanwhile. */
  readonly refusedFills: number;
  readonly failedFills: number;
  /** Calls that waited for another's fill in place of their own. */
  readonly coalesced: number;
  readonly refreshes: number;
  readonly invalidations: number;
  /** Copies passed over because it was not certain that all invalidations had been heard. */
  readonly bypassed: number;
  /** How often invalidations may have been missed, and all copies were dropped. */
  readonly gaps: number;
  /** Invalidations that the shared tier has not confirmed yet. */
  readonly pendingInvalidations: number;
  readonly evictions: number;
  /** Values too large to be kept in this process. */
  readonly tooLarge: number;
  /** Bytes in the shared tier that were no value of this version. */
  readonly undecodable: number;
  readonly entries: number;
  readonly bytes: number;
  /** Milliseconds by which what is heard of invalidations lags at this moment; 0 without a shared tier or feed. */
  readonly invalidationLagMs: number;
  /** Milliseconds that factories took: how many, and their sum. */
  readonly factory: { readonly calls: number; readonly totalMs: number };
  /** The shared tier: calls, failures, latency, breaker; undefined where there is none. */
  readonly store?: GuardFigures;
}

/** Counters that are counted up in passing. */
export class Counters {
  l1Hits = 0;
  l2Hits = 0;
  misses = 0;
  staleServed = 0;
  fills = 0;
  refusedFills = 0;
  failedFills = 0;
  coalesced = 0;
  refreshes = 0;
  invalidations = 0;
  bypassed = 0;
  gaps = 0;
  undecodable = 0;
  factoryCalls = 0;
  factoryMs = 0;
}

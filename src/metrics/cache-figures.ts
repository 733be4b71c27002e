import type { CacheStats } from '../cache/index.js';

type Labels = Readonly<Record<string, string>>;

/** One metric of caches: how it is described, and what a cache's figures say of it. */
export interface CacheMetric {
  /** Behind `aquifer_cache_`. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  /** Beside `cache`, the name it was registered under. */
  readonly labels: readonly string[];
  values(stats: CacheStats): readonly (readonly [Labels, number])[];
}

function single(
  kind: CacheMetric['kind'],
  name: string,
  help: string,
  value: (stats: CacheStats) => number,
): CacheMetric {
  return { name, help, kind, labels: [], values: (stats) => [[{}, value(stats)]] };
}

const HITS: CacheMetric = {
  name: 'hits_total',
  help: 'Calls answered by a tier: l1 is this process, l2 the shared store.',
  kind: 'counter',
  labels: ['tier'],
  values: ({ l1Hits, l2Hits }) => [
    [{ tier: 'l1' }, l1Hits],
    [{ tier: 'l2' }, l2Hits],
  ],
};

const counter = single.bind(undefined, 'counter');
const gauge = single.bind(undefined, 'gauge');

/** What every cache tells. */
export const CACHE_FIGURES: readonly CacheMetric[] = [
  HITS,
  counter('misses_total', 'Calls answered by no tier.', (stats) => stats.misses),
  counter('stale_served_total', 'Values served after their ttl.', (stats) => stats.staleServed),
  counter('fills_total', 'Values made and stored.', (stats) => stats.fills),
  counter('refused_fills_total', 'Values made and not stored: they were invalidated meanwhile.', (stats) => {
    return stats.refusedFills;
  }),
  counter('failed_fills_total', 'Factories that failed.', (stats) => stats.failedFills),
  counter('coalesced_total', "Calls that waited for another's fill.", (stats) => stats.coalesced),
  counter('refreshes_total', 'Values made anew in the background.', (stats) => stats.refreshes),
  counter('invalidations_total', 'Invalidations by this process.', (stats) => stats.invalidations),
  gauge('pending_invalidations', 'Invalidations that the shared store has not confirmed.', (stats) => {
    return stats.pendingInvalidations;
  }),
  gauge('invalidation_lag_seconds', 'By how much what is heard of invalidations lags.', (stats) => {
    return stats.invalidationLagMs / 1000;
  }),
  counter('bypassed_total', 'Copies passed over: not all invalidations had been heard for sure.', (stats) => {
    return stats.bypassed;
  }),
  counter('gaps_total', 'Times all copies were dropped: invalidations may have been missed.', (stats) => {
    return stats.gaps;
  }),
  counter('evictions_total', 'Values that left this process for lack of room.', (stats) => stats.evictions),
  counter('too_large_total', 'Values too large for this process.', (stats) => stats.tooLarge),
  counter('undecodable_total', 'Stored bytes that were no value of this version.', (stats) => {
    return stats.undecodable;
  }),
  gauge('entries', 'Values in this process.', (stats) => stats.entries),
  gauge('bytes', 'Bytes that values take in this process, about.', (stats) => stats.bytes),
  counter('factory_calls_total', 'Factories called.', (stats) => stats.factory.calls),
  counter('factory_seconds_total', 'Time that factories took.', (stats) => stats.factory.totalMs / 1000),
];

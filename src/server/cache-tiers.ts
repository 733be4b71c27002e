import { z } from 'zod';
import type { CacheStats } from '../cache/index.js';

export const cacheSchema = z.object({
  tier: z.string().describe('`memory`, or the kind of the shared store.'),
  hits: z.number(),
  misses: z.number(),
  entries: z.number().nullable().describe('Null where the store does not tell.'),
  bytes: z.number().nullable(),
});

/** Each tier by itself: what the first one lacks, the second is asked for. */
export function cacheTiers({ l1Hits, l2Hits, misses, entries, bytes, store }: CacheStats) {
  const memory = { tier: 'memory', hits: l1Hits, misses: l2Hits + misses, entries, bytes };
  return store ? [memory, { tier: store.kind, hits: l2Hits, misses, entries: null, bytes: null }] : [memory];
}

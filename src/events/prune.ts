import type { RelationalProvider, SystemContext } from '../relational/index.js';
import { PRUNE_CHANGES } from './queries.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'prune' };
const AT_ONCE = 10_000;

/** How long events are kept for caches that ask for what happened since a position of their own. */
const KEPT_MINUTES = 15;

/** Removes events that every subscriber has handled and that neither history nor audit needs; how many. */
export async function pruneEvents(
  relational: RelationalProvider,
  keptMinutes: number = KEPT_MINUTES,
): Promise<number> {
  const statement = { text: PRUNE_CHANGES, values: [AT_ONCE, keptMinutes] };
  let total = 0;
  for (;;) {
    const { rows } = await relational.query<{ pruned: number }>(CONTEXT, statement);
    const pruned = rows[0]?.pruned ?? 0;
    total += pruned;
    if (pruned < AT_ONCE) return total;
  }
}

import { withScope } from '../../session.js';
import type { WatchOptions } from './index.js';
import type { PrintedChange } from './print.js';

/** Follows the ledger itself. */
export async function changesOfDatabase(
  { entity, operation, from, ...options }: WatchOptions,
  signal: AbortSignal,
  print: (changes: AsyncIterable<PrintedChange>) => Promise<void>,
): Promise<void> {
  await withScope(options, async (scope) => {
    await using follower = await scope.follow({ entity, operations: operation, position: from, signal });
    await print(follower);
  });
}

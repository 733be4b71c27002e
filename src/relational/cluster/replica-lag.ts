import type { Look } from './look.js';
import type { WalProgress } from './progress.js';

/**
 * The moment until which a replica has all that the primary wrote, seen at `at`; undefined while that cannot be
 * told. Two signs, of which the better counts. Positions: it has replayed what the primary had written at an
 * earlier look; right on an idle primary, and as exact as looks are frequent. The last commit that it replayed:
 * right on a busy one. Both times are the primary's, so the clocks of the servers need not agree.
 */
export function replayedUntil(
  replica: Look,
  at: number,
  progress: WalProgress,
  primary: Look | undefined,
): number | undefined {
  const byPosition = progress.reachedAt(replica.lsn);
  const primarySeen = progress.latest;
  if (byPosition === undefined || !primary || !primarySeen) return undefined;
  if (replica.replayedCommitAt === undefined) return byPosition;
  const byCommit = primarySeen.at + (replica.replayedCommitAt - primary.clock);
  return Math.max(byPosition, Math.min(byCommit, at));
}

import type { Look } from './look.js';
import type { WalProgress } from './progress.js';

/** What this process knows of the history of the cluster. */
export interface KnownHistory {
  /** The highest timeline of a primary so far; 0 before the first. */
  readonly timeline: number;
  readonly progress: WalProgress;
  /** The last commit of this process that was acknowledged. */
  readonly committed: { readonly at: number; readonly lsn: bigint } | undefined;
}

export type Verdict =
  | { readonly kind: 'accepted' }
  /** An earlier timeline: it was primary once, and others have gone on without it. */
  | { readonly kind: 'outdated' }
  /** It was promoted without the last `lagMs` milliseconds of what the former primary had written. */
  | { readonly kind: 'lagging'; readonly lagMs: number };

const ACCEPTED: Verdict = { kind: 'accepted' };

/**
 * Whether a server that calls itself primary may be one for us. Each promotion begins a timeline with a higher
 * number (PostgreSQL manual, "Timelines"), so a former primary that comes back is known by its lower one.
 */
export function judgeClaim(look: Look, history: KnownHistory, maxLagMs: number): Verdict {
  const timeline = look.timeline ?? 0;
  if (timeline < history.timeline) return { kind: 'outdated' };
  if (timeline === history.timeline) return ACCEPTED;
  const lagMs = lostMs(look.recoveredTo, history);
  return lagMs > maxLagMs ? { kind: 'lagging', lagMs } : ACCEPTED;
}

/** Milliseconds of the known history that a server lacks which left it at `fork`; 0 where that cannot be known. */
function lostMs(fork: bigint | undefined, { progress, committed }: KnownHistory): number {
  if (fork === undefined) return 0;
  const later = [progress.latest, committed].filter((mark) => mark !== undefined && mark.lsn > fork);
  if (later.length === 0) return 0;
  const newest = Math.max(...later.map((mark) => mark?.at ?? 0));
  return newest - (progress.reachedAt(fork) ?? Number.NEGATIVE_INFINITY);
}

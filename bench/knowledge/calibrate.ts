import { type Case, recallOf } from './cases.js';
import type { Effort } from './contestants/contestant.js';
import type { Actor } from './stage.js';
import type { Truth } from './truth.js';

/** Recall@10 that every contestant is to reach. */
export const TARGET = 0.98;
const EFS = [20, 30, 40, 50, 60, 80, 100, 130, 160, 200, 250, 320, 400, 500, 700, 1000];
const SAMPLE = 200;
/** Tells whether an effort is worth the whole sample. */
const PROBE = 20;
/** How long the confirmation over all asks may take. */
const CONFIRM_MS = 20_000;
/** Searches slower than that on average are not tried with more effort. */
const TOO_SLOW_MS = 300;

export interface Calibrated {
  readonly effort: Effort;
  /** Over all that is asked, or as much of it as a slow one gets through. */
  readonly recall: number;
  readonly meanMs: number;
}

/**
 * The effort that reaches the recall with the least time, looked for on a sample of the case; the best recall there is
 * where none does.
 */
export async function calibrate(
  actor: Actor,
  { asks }: Case,
  truth: Truth,
  modes: readonly Effort['iterative'][],
): Promise<Calibrated> {
  const trial = async (effort: Effort, count: number, warmUp: number): Promise<Calibrated> => {
    const sample = asks.slice(0, count);
    const { ms, found } = await actor.search({ asks: sample, effort, callers: 1, warmUp });
    return { effort, recall: recallOf(truth, sample, found), meanMs: ms / count };
  };
  const confirmed = async (effort: Effort): Promise<Calibrated> => {
    const sampled = await trial(effort, SAMPLE, 0);
    const affordable = Math.floor(CONFIRM_MS / sampled.meanMs);
    return reaches(sampled) && affordable > SAMPLE
      ? trial(effort, Math.min(asks.length, affordable), 0)
      : sampled;
  };
  let best: Calibrated | undefined;
  for (const iterative of modes) {
    for (const ef of EFS) {
      const probed = await trial({ ef, iterative }, PROBE, PROBE);
      const slow =
        probed.meanMs > Math.min(TOO_SLOW_MS, best && reaches(best) ? best.meanMs * 1.5 : TOO_SLOW_MS);
      const tried = slow || probed.recall < TARGET - 0.1 ? probed : await confirmed({ ef, iterative });
      best = best ? better(best, tried) : tried;
      if (slow || reaches(tried)) break;
    }
  }
  if (!best) throw new RangeError('Nothing was tried.');
  return best;
}

function reaches({ recall }: Calibrated): boolean {
  return recall >= TARGET;
}

function better(a: Calibrated, b: Calibrated): Calibrated {
  if (reaches(a) !== reaches(b)) return reaches(a) ? a : b;
  if (reaches(a)) return a.meanMs <= b.meanMs ? a : b;
  return a.recall >= b.recall ? a : b;
}

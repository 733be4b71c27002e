import { type Case, recallOf } from './cases.js';
import type { Effort } from './contestants/contestant.js';
import type { Actor } from './stage.js';
import type { Truth } from './truth.js';

/** Recall@10 that every contestant is to reach. */
export const TARGET = 0.98;
const EFS = [20, 30, 40, 50, 60, 80, 100, 130, 160, 200, 250, 320, 400, 500, 700, 1000];
/** Evenly spread over the questions; a multiple of no number of tenants may come after another. */
const SAMPLE = 200;
/** Searches slower than that on average are not tried with more effort. */
const TOO_SLOW_MS = 400;

export interface Calibrated {
  readonly effort: Effort;
  /** Over the sample. */
  readonly recall: number;
  readonly meanMs: number;
}

/**
 * The effort that reaches the recall with the least time, looked for on a sample of the case; the best recall there is
 * where none does.
 */
export async function calibrate(actor: Actor, { asks }: Case, truth: Truth, modes: readonly Effort['iterative'][]) {
  const tried: Calibrated[] = [];
  const sample = asks.slice(0, SAMPLE);
  for (const iterative of modes) {
    for (const ef of EFS) {
      const effort = { ef, iterative };
      const { ms, found } = await actor.search({ asks: sample, effort, callers: 1, warmUp: 20 });
      const calibrated = { effort, recall: recallOf(truth, sample, found), meanMs: ms / sample.length };
      tried.push(calibrated);
      if (calibrated.recall >= TARGET || calibrated.meanMs > TOO_SLOW_MS) break;
    }
  }
  return best(tried);
}

function best(tried: readonly Calibrated[]): Calibrated {
  const reaching = tried.filter(({ recall }) => recall >= TARGET);
  const [first] = reaching.length > 0 ? reaching.sort((a, b) => a.meanMs - b.meanMs) : [...tried].sort((a, b) => b.recall - a.recall);
  if (!first) throw new RangeError('Nothing was tried.');
  return first;
}

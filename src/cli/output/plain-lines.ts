import type { ProgressDisplay, ProgressState, ProgressStream } from './progress-state.js';
import { countText, paceTexts, percentOf, summaryTexts } from './progress-text.js';

/** Never more lines than one in this time … */
const SHORTEST_GAP_MS = 2_000;
/** … and not before so much more is done … */
const STEP_PERCENT = 10;
/** … unless there has been silence for so long that a reader of the log would wonder. */
const LONGEST_GAP_MS = 30_000;

/** Progress for a log: few lines, no control characters. */
export class PlainLines implements ProgressDisplay {
  readonly #stream: ProgressStream;
  #shownAt = 0;
  #shownPercent = 0;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  show(state: ProgressState): void {
    if (!this.#isDue(state)) return;
    this.#shownAt = state.elapsedMs;
    this.#shownPercent = percentOf(state) ?? 0;
    this.#write(state, paceTexts(state));
  }

  note(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  finish(state: ProgressState): void {
    this.#write(state, summaryTexts(state));
  }

  #isDue(state: ProgressState): boolean {
    const gap = state.elapsedMs - this.#shownAt;
    if (gap < SHORTEST_GAP_MS) return false;
    const percent = percentOf(state);
    return percent === undefined || percent - this.#shownPercent >= STEP_PERCENT || gap >= LONGEST_GAP_MS;
  }

  #write(state: ProgressState, facts: readonly string[]): void {
    const percent = percentOf(state);
    const count = percent === undefined ? countText(state) : `${countText(state)} (${percent} %)`;
    this.#stream.write(`${state.label}: ${[count, ...facts].join(', ')}\n`);
  }
}

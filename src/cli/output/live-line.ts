import { type Colours, coloursFor } from './colours.js';
import { displayWidth, fitWidth } from './display-text.js';
import type { ProgressDisplay, ProgressState, ProgressStream } from './progress-state.js';
import { countText, paceTexts, percentOf, summaryTexts } from './progress-text.js';

const REDRAW_MS = 100;
const BAR_WIDTH = 20;
const DEFAULT_COLUMNS = 80;
/** To the first column, erasing what the line held. */
const CLEAR = '\r\u001b[K';

/** A terminal's one line, redrawn in place at most ten times a second. */
export class LiveLine implements ProgressDisplay {
  readonly #stream: ProgressStream;
  readonly #colours: Colours;
  #drawnAt = -Infinity;
  #line = '';

  constructor(stream: ProgressStream) {
    this.#stream = stream;
    this.#colours = coloursFor(stream);
  }

  show(state: ProgressState): void {
    if (state.elapsedMs - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = state.elapsedMs;
    this.#draw(state, [...paceTexts(state), state.detail]);
  }

  note(line: string): void {
    this.#stream.write(`${CLEAR}${line}\n${this.#line}`);
  }

  finish(state: ProgressState): void {
    this.#draw(state, summaryTexts(state));
    this.#stream.write('\n');
  }

  #draw(state: ProgressState, facts: readonly string[]): void {
    const percent = percentOf(state);
    const head = `${state.label} `;
    const bar = percent === undefined ? '' : barOf(percent);
    const tail = [countText(state), ...facts].filter(Boolean).join(' · ');
    const columns = (this.#stream.columns ?? DEFAULT_COLUMNS) - 1 - displayWidth(head + bar);
    this.#line =
      head +
      this.#colours.cyan(bar) +
      fitWidth(percent === undefined ? tail : ` ${percent} % ${tail}`, columns);
    this.#stream.write(CLEAR + this.#line);
  }
}

function barOf(percent: number): string {
  const full = Math.floor((percent / 100) * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

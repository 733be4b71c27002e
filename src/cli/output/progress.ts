import { plainLine } from './display-text.js';
import { LiveLine } from './live-line.js';
import { Pace } from './pace.js';
import { PlainLines } from './plain-lines.js';
import type { ProgressDisplay, ProgressState, ProgressStream } from './progress-state.js';

export interface ProgressOptions {
  /** What is being done, such as `Ingesting`. */
  readonly label: string;
  /** What is counted, such as `files`. */
  readonly unit: string;
  /** How many there are, where known from the start. */
  readonly total?: number;
  /** Shows nothing at all, as with `--json`. */
  readonly silent?: boolean;
  /** @default process.stderr, so that the standard output stays clean for results */
  readonly stream?: ProgressStream;
  /** The present in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Tells how far long work has come. */
export interface Progress {
  /** `done` of `total` are finished; `detail` names what is in hand. */
  update(done: number, more?: { readonly total?: number; readonly detail?: string }): void;
  /** Shows a line that stays, such as the failure of one file. */
  note(line: string): void;
  /** Shows the end state and leaves the line. */
  finish(): void;
}

/** On a terminal one line that is redrawn, elsewhere a plain line now and then. */
export function createProgress(options: ProgressOptions): Progress {
  if (options.silent) return SILENT;
  const stream = options.stream ?? process.stderr;
  const display = stream.isTTY === true ? new LiveLine(stream) : new PlainLines(stream);
  return new Reporter(options, display, options.now ?? (() => performance.now()));
}

const SILENT: Progress = { update: () => {}, note: () => {}, finish: () => {} };

class Reporter implements Progress {
  readonly #options: ProgressOptions;
  readonly #display: ProgressDisplay;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #pace: Pace;
  #done = 0;
  #total: number | undefined;
  #detail = '';

  constructor(options: ProgressOptions, display: ProgressDisplay, now: () => number) {
    this.#options = options;
    this.#display = display;
    this.#now = now;
    this.#startedAt = now();
    this.#pace = new Pace(this.#startedAt);
    this.#total = options.total;
  }

  update(done: number, { total = this.#total, detail = '' }: { total?: number; detail?: string } = {}): void {
    this.#done = done;
    this.#total = total;
    this.#detail = plainLine(detail);
    this.#pace.record(done, this.#now());
    this.#display.show(this.#state());
  }

  note(line: string): void {
    this.#display.note(plainLine(line));
  }

  finish(): void {
    this.#display.finish(this.#state());
  }

  #state(): ProgressState {
    const { label, unit } = this.#options;
    const elapsedMs = this.#now() - this.#startedAt;
    const total = this.#total;
    return { label, unit, done: this.#done, total, rate: this.#pace.rate(), elapsedMs, detail: this.#detail };
  }
}

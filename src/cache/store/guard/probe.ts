import type { Breaker } from '../../../breaker/index.js';
import type { Lane, Limits } from './lane.js';

const FIRST_MS = 100;
const LONGEST_MS = 1000;
/** A probe that is not answered at all is given up after so long, and another is sent. */
const GIVEN_UP_MS = 5000;

export interface ProbeParts {
  readonly breaker: Breaker;
  /** Where probes get their deadline. */
  readonly lane: Lane;
  readonly limits: Limits;
  /** Resolves when the store does again what it is asked. */
  readonly ask: () => Promise<void>;
}

/** Asks a store that is left alone whether it is back: after 100 ms, then less and less often, at least every second. */
export class Probe {
  readonly #parts: ProbeParts;
  #delayMs = FIRST_MS;
  #timer: NodeJS.Timeout | undefined;
  #unansweredSince = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(parts: ProbeParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#probe(), this.#delayMs).unref();
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_MS);
  }

  /** The store serves again: the next time it is left alone, the first probe comes early. */
  restore(): void {
    this.#delayMs = FIRST_MS;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #probe(): Promise<void> {
    const { breaker, lane, limits } = this.#parts;
    // A store that hangs must not be sent one probe after the other.
    if (performance.now() - this.#unansweredSince < GIVEN_UP_MS) return this.start();
    breaker.probing();
    try {
      await lane.call(limits, () => this.#ask());
    } catch {
      breaker.probed('failed');
      return this.start();
    }
    breaker.probed('answered');
  }

  async #ask(): Promise<void> {
    const since = performance.now();
    this.#unansweredSince = since;
    try {
      await this.#parts.ask();
    } finally {
      if (this.#unansweredSince === since) this.#unansweredSince = Number.NEGATIVE_INFINITY;
    }
  }
}

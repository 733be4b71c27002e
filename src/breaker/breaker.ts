export type BreakerState = 'closed' | 'open' | 'half-open';

const WINDOW_MS = 5000;
const FEWEST_CALLS = 20;
const TOO_MANY_FAILED = 0.5;

export interface BreakerOptions {
  /** In a row. */
  readonly failures: number;
  readonly onChange: (from: BreakerState, state: BreakerState) => void;
}

/**
 * Whether a service is asked at all. It opens after some failures in a row, or when half of the calls of this window
 * and the one before failed. It closes when a probe says so; what a probe is, the owner decides.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #state: BreakerState = 'closed';
  #inRow = 0;
  #window = { since: 0, calls: 0, failed: 0 };
  #before = { calls: 0, failed: 0 };

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  succeeded(now: number): void {
    this.#inRow = 0;
    this.#roll(now);
    this.#window.calls++;
  }

  failed(now: number): void {
    this.#inRow++;
    this.#roll(now);
    this.#window.calls++;
    this.#window.failed++;
    if (this.closed && (this.#inRow >= this.#options.failures || this.#failsTooOften())) this.#turn('open');
  }

  probing(): void {
    this.#turn('half-open');
  }

  probed(outcome: 'answered' | 'failed'): void {
    if (outcome === 'failed') {
      this.#turn('open');
      return;
    }
    this.#inRow = 0;
    this.#window = { since: this.#window.since, calls: 0, failed: 0 };
    this.#before = { calls: 0, failed: 0 };
    this.#turn('closed');
  }

  #failsTooOften(): boolean {
    const calls = this.#window.calls + this.#before.calls;
    const failed = this.#window.failed + this.#before.failed;
    return calls >= FEWEST_CALLS && failed >= calls * TOO_MANY_FAILED;
  }

  #roll(now: number): void {
    const age = now - this.#window.since;
    if (age < WINDOW_MS) return;
    this.#before = age < 2 * WINDOW_MS ? this.#window : { calls: 0, failed: 0 };
    this.#window = { since: now, calls: 0, failed: 0 };
  }

  #turn(state: BreakerState): void {
    const from = this.#state;
    if (from === state) return;
    this.#state = state;
    this.#options.onChange(from, state);
  }
}

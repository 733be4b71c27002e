import { Breaker } from '../breaker/index.js';

export interface CircuitOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** Milliseconds until one request is let through to see. */
  readonly cooldownMs: number;
}

export const CIRCUIT: CircuitOptions = { failures: 5, cooldownMs: 10_000 };

/** Why a request was not sent. */
export interface LeftAlone {
  readonly kind: 'left alone';
  /** How long none will be. Milliseconds. */
  readonly waitMs: number;
}

/**
 * Keeps requests from a provider that fails: they fail at once, until one that is let through after a while is
 * answered. For a provider there is no cheaper probe than a request.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #breaker: Breaker;
  #trialFrom = 0;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#breaker = new Breaker({
      failures: options.failures,
      onChange: (from, to) => {
        if (from === 'closed' && to === 'open') this.#coolDown();
      },
    });
  }

  get state() {
    return this.#breaker.state;
  }

  /** Makes an attempt where one is due, and learns from how it ends. @throws what the attempt throws */
  async through<T extends { readonly kind: string }>(attempt: () => Promise<T>): Promise<T | LeftAlone> {
    const waitMs = this.admit();
    if (waitMs > 0) return { kind: 'left alone', waitMs };
    try {
      const outcome = await attempt();
      if (outcome.kind === 'failed') this.failed();
      else this.answered();
      return outcome;
    } catch (error) {
      this.abandoned();
      throw error;
    }
  }

  /** 0 when a request may go, else how long none may. Milliseconds. */
  admit(now = performance.now()): number {
    if (this.#breaker.closed) return 0;
    const wait = this.#trialFrom - now;
    if (this.#breaker.state === 'half-open') return Math.max(wait, 1);
    if (wait > 0) return wait;
    this.#breaker.probing();
    return 0;
  }

  /** The provider answered, be it with a refusal. */
  answered(): void {
    if (this.#breaker.closed) this.#breaker.succeeded(performance.now());
    else this.#breaker.probed('answered');
  }

  failed(): void {
    if (this.#breaker.closed) {
      this.#breaker.failed(performance.now());
      return;
    }
    this.#coolDown();
    this.#breaker.probed('failed');
  }

  /** The caller gave up; nothing is known. */
  abandoned(): void {
    if (this.#breaker.state === 'half-open') this.#breaker.probed('failed');
  }

  #coolDown(): void {
    this.#trialFrom = performance.now() + this.#options.cooldownMs;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { AquiferError } from '../../errors/index.js';

export interface BackoffOptions {
  /** Milliseconds; the bound of a wait doubles from here … */
  readonly firstMs: number;
  /** … to here. */
  readonly longestMs: number;
  /** Milliseconds after which there is no more waiting. */
  readonly totalMs: number;
  /** Ends a wait. */
  readonly signal?: AbortSignal;
}

/** Waits of random length under a bound that doubles, so that callers turned away together do not return together. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #end: number;
  #bound: number;

  constructor(options: BackoffOptions) {
    this.#options = options;
    this.#end = performance.now() + options.totalMs;
    this.#bound = options.firstMs;
  }

  /** Resolves to false at once when the time is over. @throws AQF_LAYER_CLOSED when the signal aborts */
  async wait(): Promise<boolean> {
    const left = this.#end - performance.now();
    if (left <= 0) return false;
    // At least a quarter of the bound: a paused cluster gains nothing from being asked in quick succession.
    const ms = Math.min(left, this.#bound * (0.25 + 0.75 * Math.random()));
    this.#bound = Math.min(this.#bound * 2, this.#options.longestMs);
    await sleep(ms, undefined, this.#options.signal ? { signal: this.#options.signal } : {}).catch(() => {
      throw new AquiferError('AQF_LAYER_CLOSED', 'The database is closed.');
    });
    return true;
  }
}

import { AquiferError } from '../errors/index.js';
import type { Cache } from './cache.js';
import { type Duration, toMs } from './duration.js';
import { checkLimits, tell, type WarmOptions, type WarmReport, warm } from './warming.js';

export interface WarmEveryOptions<T> extends WarmOptions<T> {
  /**
   * From the end of one round to the beginning of the next. Values with `swr` of at least this are refreshed by the
   * schedule, and no reader waits for them.
   */
  readonly every: Duration;
  /**
   * Lengthens or shortens each wait by a random part of up to this, 0 to 1, so that processes started together do not
   * load together.
   * @default 0.1
   */
  readonly jitter?: number;
  /** Whether the first round is now, or after the first wait. @default 'now' */
  readonly first?: 'now' | 'later';
  /** From 0 to 1. @default Math.random */
  readonly random?: () => number;
  /** Told after each round. */
  onReport?(report: WarmReport): void;
}

/** Warming that goes on until it is stopped. */
export interface WarmSchedule extends AsyncDisposable {
  /** What the last round did; undefined before the first has ended. */
  readonly last: WarmReport | undefined;
  /** Begins no more rounds; resolves when the batches under way have ended. */
  stop(): Promise<void>;
}

/**
 * Warms a cache again and again, never twice at a time. Its timer keeps no process alive. `keys` must give them anew
 * each time: a function, or something like an array.
 * @throws AQF_ARGUMENT_INVALID
 */
export function warmEvery<V, T extends V>(cache: Cache<V>, options: WarmEveryOptions<T>): WarmSchedule {
  return new Schedule(cache, options);
}

class Schedule<V, T extends V> implements WarmSchedule {
  readonly #cache: Cache<V>;
  readonly #options: WarmEveryOptions<T>;
  readonly #everyMs: number;
  readonly #stopping = new AbortController();
  readonly #stop = () => this.#stopping.abort();
  #round: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #last: WarmReport | undefined;

  constructor(cache: Cache<V>, options: WarmEveryOptions<T>) {
    this.#cache = cache;
    this.#options = options;
    this.#everyMs = checkEvery(options);
    checkLimits(options);
    this.#stopping.signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
    options.signal?.addEventListener('abort', this.#stop, { once: true });
    if (options.signal?.aborted) this.#stop();
    else if (options.first === 'later') this.#schedule();
    else this.#begin();
  }

  get last(): WarmReport | undefined {
    return this.#last;
  }

  async stop(): Promise<void> {
    this.#stop();
    this.#options.signal?.removeEventListener('abort', this.#stop);
    await this.#round;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #schedule(): void {
    if (this.#stopping.signal.aborted) return;
    const { jitter = 0.1, random = Math.random } = this.#options;
    const wait = this.#everyMs * (1 + jitter * (2 * random() - 1));
    this.#timer = setTimeout(() => this.#begin(), wait).unref();
  }

  #begin(): void {
    this.#round = this.#warm().finally(() => this.#schedule());
  }

  async #warm(): Promise<void> {
    const report = await warm(this.#cache, { ...this.#options, signal: this.#stopping.signal });
    this.#last = report;
    tell(() => this.#options.onReport?.(report));
  }
}

const LONGEST_WAIT_MS = 2 ** 30;

function checkEvery<T>({ every, jitter = 0.1 }: WarmEveryOptions<T>): number {
  const ms = toMs(every, 'every');
  if (ms < 1 || ms > LONGEST_WAIT_MS) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'every must be 1 ms to 12 days.');
  }
  if (jitter >= 0 && jitter <= 1) return ms;
  throw new AquiferError('AQF_ARGUMENT_INVALID', 'jitter must be a number from 0 to 1.');
}

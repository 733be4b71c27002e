import type { Breaker } from '../../../breaker/index.js';
import { AquiferError, isAquiferError } from '../../../errors/index.js';
import type { Deadlines, Watched } from './deadlines.js';
import type { LaneFigures } from './figures.js';
import { Histogram } from './histogram.js';
import { RoundTrip } from './round-trip.js';

/** The deadline of a call lies between these; milliseconds. */
export interface Limits {
  readonly floor: number;
  readonly cap: number;
}

export interface LaneParts {
  /** Of the store, for messages. */
  readonly kind: string;
  readonly deadlines: Deadlines;
  /** Calls are sent while all of these are closed. */
  readonly breakers: readonly Breaker[];
  readonly onAnswer?: (now: number) => void;
  /** Not for calls that were refused for what they asked. */
  readonly onFailure?: (failure: Failure) => void;
}

/** Times are those of `performance.now()`. */
export interface Failure {
  readonly begun: number;
  readonly now: number;
  readonly kind: 'error' | 'timeout';
}

interface Call extends Watched {
  readonly begun: number;
  expired: boolean;
}

/** Calls of one sort: they take about as long as one another, and fail together. */
export class Lane {
  readonly #parts: LaneParts;
  readonly roundTrip = new RoundTrip();
  readonly #latency = new Histogram();
  #calls = 0;
  #failures = 0;
  #timeouts = 0;
  #rejected = 0;
  #closed = false;
  #left: AquiferError | undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  get #open(): boolean {
    if (this.#closed) return false;
    for (const breaker of this.#parts.breakers) if (!breaker.closed) return false;
    return true;
  }

  call<T>(limits: Limits, send: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => this.send(limits, send, resolve, reject));
  }

  /** Like `call`, for those who have a promise already. Exactly one of the two is called, and once. */
  send<T>(
    limits: Limits,
    send: () => Promise<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): void {
    if (!this.#open) {
      reject(this.#refusal());
      return;
    }
    const begun = performance.now();
    const deadlineMs = this.roundTrip.deadline(limits.floor, limits.cap);
    const call: Call = {
      begun,
      due: begun + deadlineMs,
      expired: false,
      expire: () => {
        call.expired = true;
        reject(this.#closed ? storeClosed(this.#parts.kind) : this.#timedOut(call));
      },
    };
    this.#calls++;
    this.#parts.deadlines.add(call);
    started(send).then(
      (value) => {
        if (this.#answered(call)) resolve(value);
      },
      (error: unknown) => {
        if (call.expired) return;
        this.#parts.deadlines.remove(call);
        reject(this.#failed(call, error));
      },
    );
  }

  #refusal(): AquiferError {
    if (this.#closed) return storeClosed(this.#parts.kind);
    this.#rejected++;
    // One for all: the stack of a call that is not made helps nobody, and costs more than the call.
    this.#left ??= new AquiferError(
      'AQF_CACHE_STORE_UNAVAILABLE',
      `The ${this.#parts.kind} store failed and is left alone until it answers a probe.`,
      { facts: { store: this.#parts.kind } },
    );
    return this.#left;
  }

  close(): void {
    this.#closed = true;
  }

  figures(limits: Limits): LaneFigures {
    const latency = this.#latency;
    return {
      calls: this.#calls,
      failures: this.#failures,
      timeouts: this.#timeouts,
      rejected: this.#rejected,
      deadlineMs: this.roundTrip.deadline(limits.floor, limits.cap),
      latency: {
        count: latency.count,
        sum: latency.sum,
        p50: latency.quantile(0.5),
        p99: latency.quantile(0.99),
        max: latency.max,
      },
    };
  }

  /** Whether the call is still waited for. */
  #answered(call: Call): boolean {
    const now = performance.now();
    const took = now - call.begun;
    if (call.expired) {
      this.roundTrip.learn(took);
      return false;
    }
    this.#parts.deadlines.remove(call);
    this.roundTrip.answered(took);
    this.#latency.add(took);
    this.#parts.onAnswer?.(now);
    return true;
  }

  #failed({ begun }: Call, error: unknown): unknown {
    if (isAboutTheCall(error)) return error;
    this.#failures++;
    this.#parts.onFailure?.({ begun, now: performance.now(), kind: 'error' });
    if (isAquiferError(error)) return error;
    // What clients throw carries their commands, and those carry values of tenants.
    return new AquiferError('AQF_CACHE_STORE_UNAVAILABLE', `The ${this.#parts.kind} store failed.`, {
      facts: { store: this.#parts.kind, failure: error instanceof Error ? error.name : typeof error },
    });
  }

  #timedOut({ begun, due }: Call): AquiferError {
    this.#failures++;
    this.#timeouts++;
    this.roundTrip.missed();
    this.#parts.onFailure?.({ begun, now: performance.now(), kind: 'timeout' });
    const deadlineMs = Math.round(due - begun);
    return new AquiferError(
      'AQF_CACHE_STORE_UNAVAILABLE',
      `The ${this.#parts.kind} store did not answer within ${deadlineMs} ms.`,
      { facts: { store: this.#parts.kind, deadlineMs } },
    );
  }
}

export function storeClosed(store: string): AquiferError {
  return new AquiferError('AQF_CACHE_STORE_UNAVAILABLE', `The ${store} store is closed.`, {
    facts: { store },
  });
}

/** A store that throws in place of rejecting is no reason to fail otherwise. */
function started<T>(send: () => Promise<T>): Promise<T> {
  try {
    return send();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Refused for what was asked, by a store that is well. */
function isAboutTheCall(error: unknown): boolean {
  return isAquiferError(error) && error.status < 500;
}

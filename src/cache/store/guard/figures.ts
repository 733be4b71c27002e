import type { BreakerState } from '../../../breaker/index.js';

/** What a guard has seen since it was made. */
export interface GuardFigures {
  /** `redis`, `postgres`. */
  readonly kind: string;
  /** Whether the store is read (`closed`), left alone (`open`) or being probed (`half-open`). */
  readonly state: BreakerState;
  /** Whether it is written to; only when it is read too. */
  readonly writeState: BreakerState;
  /** Reads that went along with another of the same turn of the event loop. */
  readonly coalesced: number;
  readonly reads: LaneFigures;
  /** Leases, fills and writes. */
  readonly writes: LaneFigures;
  /** Invalidations and feeds. */
  readonly invalidations: LaneFigures;
}

export interface LaneFigures {
  /** Sent to the store. */
  readonly calls: number;
  /** Of them answered with an error, or not in time. */
  readonly failures: number;
  /** Of them not in time. */
  readonly timeouts: number;
  /** Not sent to the store, since it is left alone. */
  readonly rejected: number;
  /** Milliseconds, at this moment. */
  readonly deadlineMs: number;
  /** Milliseconds of the calls that were answered; quantiles are at most 9 % off. */
  readonly latency: {
    readonly count: number;
    readonly sum: number;
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
  };
}

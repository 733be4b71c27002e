import type { BreakerState } from '../../../breaker/index.js';
import { AquiferError } from '../../../errors/index.js';

/** How long the shared tier may take, and when it is left alone. */
export interface GuardOptions {
  /**
   * The longest that a read, or a step of a fill, may take; milliseconds. The deadline of reads follows what they
   * usually take, between `minDeadlineMs` and this.
   * @default 50
   */
  readonly deadlineMs?: number;
  /**
   * What a read may take however fast the store usually is; milliseconds. Reads of many names get 0.1 ms more for each.
   * @default two fifths of `deadlineMs`
   */
  readonly minDeadlineMs?: number;
  /**
   * The longest that a write, an invalidation or a feed may take; milliseconds. They must arrive, so they get
   * `deadlineMs` at least.
   * @default 250
   */
  readonly writeDeadlineMs?: number;
  /**
   * Failures in a row after which the store is no longer asked, until it answers a probe. It is left alone as well when
   * half of at least 20 calls within 10 seconds failed.
   * @default 5
   */
  readonly failures?: number;
  /**
   * Names in one read at most; more are read by several.
   * @default 500
   */
  readonly maxNames?: number;
  /** Told when the store is left alone, probed, and taken up again. What it throws is ignored. */
  readonly onStateChange?: (change: StateChange) => void;
}

export interface StateChange {
  /** Reads and writes are left alone separately: a store out of memory still answers reads. */
  readonly lane: 'reads' | 'writes';
  readonly from: BreakerState;
  readonly state: BreakerState;
}

export type GuardSettings = Required<Omit<GuardOptions, 'onStateChange'>>;

export function settingsOf(options: GuardOptions): GuardSettings {
  const {
    deadlineMs = 50,
    minDeadlineMs = deadlineMs * 0.4,
    writeDeadlineMs = 250,
    failures = 5,
    maxNames = 500,
  } = options;
  const settings = {
    deadlineMs,
    minDeadlineMs: Math.min(minDeadlineMs, deadlineMs),
    writeDeadlineMs: Math.max(writeDeadlineMs, deadlineMs),
    failures,
    maxNames,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (Number.isFinite(value) && value >= 1) continue;
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      `guard.${name} is ${value}; it must be a number from 1 on.`,
    );
  }
  return settings;
}

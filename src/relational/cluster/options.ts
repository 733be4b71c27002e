import type { PostgresOptions } from '../postgres/options.js';

export interface FailoverOptions {
  /** Milliseconds that work waits for a new primary. @default 30000 */
  readonly timeoutMs?: number;
  /**
   * Milliseconds. A new primary that lacks more of what was committed is refused, where that can be known.
   * @default 1000
   */
  readonly maxLagMs?: number;
}

export interface ClusterOptions extends Omit<PostgresOptions, 'url' | 'trackCommits'> {
  /** One URL a server, in any order: which of them is the primary is asked of them. */
  readonly urls: readonly string[];
  /** Milliseconds. A replica further behind serves no reads. @default 100 */
  readonly lagThresholdMs?: number;
  readonly failover?: FailoverOptions;
}

export interface Limits {
  readonly lagThresholdMs: number;
  readonly timeoutMs: number;
  readonly maxLagMs: number;
}

export function limitsOf({ lagThresholdMs = 100, failover = {} }: ClusterOptions): Limits {
  const { timeoutMs = 30_000, maxLagMs = 1_000 } = failover;
  return { lagThresholdMs, timeoutMs, maxLagMs };
}

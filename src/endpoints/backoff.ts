export interface BackoffBounds {
  /** Of the wait after the first try. Milliseconds. @default 250 */
  readonly first?: number;
  /** Of any wait. Milliseconds. @default 20000 */
  readonly longest?: number;
}

/**
 * Full jitter: a random time below a bound that doubles with each attempt (Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog 2015). Milliseconds.
 *
 * @param attempt 0 for the wait after the first try
 */
export function backoffMs(attempt: number, { first = 250, longest = 20_000 }: BackoffBounds = {}): number {
  return Math.random() * Math.min(longest, first * 2 ** attempt);
}

/** A wait of which many callers hear at once, spread a little so that they do not come back at once. */
export function spread(ms: number): number {
  return ms + Math.random() * Math.min(ms / 10, 1000);
}

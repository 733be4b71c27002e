const FIRST = 250;
const LONGEST = 20_000;

/**
 * Full jitter: a random time below a bound that doubles with each attempt (Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog 2015). Milliseconds.
 *
 * @param attempt 0 for the wait after the first try
 */
export function backoffMs(attempt: number, random = Math.random): number {
  return random() * Math.min(LONGEST, FIRST * 2 ** attempt);
}

/** A wait of which many callers hear at once, spread a little so that they do not come back at once. */
export function spread(ms: number, random = Math.random): number {
  return ms + random() * Math.min(ms / 10, 1000);
}

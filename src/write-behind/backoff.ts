/** Milliseconds before another attempt: doubled with each failure up to a bound, and spread over its upper half. */
export function backoff(failures: number, firstMs: number, longestMs: number): number {
  const bound = Math.min(firstMs * 2 ** Math.max(0, failures - 1), longestMs);
  return bound * (0.5 + Math.random() / 2);
}

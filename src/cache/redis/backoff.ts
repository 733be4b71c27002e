const FIRST_MS = 20;
const LONGEST_MS = 500;

/** Milliseconds until the next attempt to connect; short, so that a server that is back is used at once. */
export function retryDelay(attempts: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(attempts - 1, 10), LONGEST_MS);
}

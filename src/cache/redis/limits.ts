const DAY_MS = 24 * 60 * 60 * 1000;

/** Milliseconds that a mark is kept after its last use; without its marks no value counts. */
export const MARK_TTL_MS = 32 * DAY_MS;
/** A mark is given its full time again when it has less than this left, not with every use. */
export const MARK_REFRESH_MS = 31 * DAY_MS;
/** Milliseconds that a failure is kept for those who waited for its lease. */
export const FAILURE_TTL_MS = 5000;

/** Whole milliseconds as Redis takes them: at least 1, and no longer than marks live. */
export function lifetime(ms: number): number {
  return Math.ceil(Math.min(Math.max(ms, 1), MARK_TTL_MS));
}

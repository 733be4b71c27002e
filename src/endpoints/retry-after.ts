/** Longer waits are taken for this long. Milliseconds. */
const LONGEST = 24 * 3_600_000;

/**
 * How long a server asks to be left alone, in milliseconds: `Retry-After` in seconds or as a date (RFC 9110,
 * 10.2.3), or the finer `retry-after-ms` of some. Undefined when it says nothing that can be read.
 */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const fine = readNumber(headers.get('retry-after-ms'));
  if (fine !== undefined) return bounded(fine);
  const given = headers.get('retry-after');
  const seconds = readNumber(given);
  if (seconds !== undefined) return bounded(seconds * 1000);
  const date = Date.parse(given ?? '');
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

function bounded(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), LONGEST);
}

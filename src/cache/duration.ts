import { AquiferError } from '../errors/index.js';

/** A span of time: milliseconds, or a number with a unit such as `500ms`, `30s`, `5m`, `1h`, `7d`. */
export type Duration = number | string;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const KNOWN = new Map<string, number>();

/** Milliseconds. @throws AQF_ARGUMENT_INVALID, naming what it is for */
export function toMs(duration: Duration, what: string): number {
  const ms = typeof duration === 'number' ? duration : parsed(duration);
  if (ms !== undefined && ms >= 0) return ms;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `${what} must be milliseconds, or a number with a unit such as '30s', '5m', '1h' or '7d'.`,
  );
}

function parsed(text: string): number | undefined {
  const known = KNOWN.get(text);
  if (known !== undefined) return known;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(String(text));
  if (!match) return undefined;
  const ms = Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
  if (KNOWN.size < 1000) KNOWN.set(text, ms);
  return ms;
}

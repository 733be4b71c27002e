import { AquiferError } from '../../errors/index.js';

/** Results `offset` to `offset + limit`, without the last. */
export interface Range {
  /** @default 0 */
  readonly offset: number;
  readonly limit: number;
}

/** As many keys may be looked up for one answer. */
const LONGEST = 10_000;

/** @throws AQF_ARGUMENT_INVALID */
export function checkedRange({ offset, limit }: Range): Range {
  if (isCount(offset) && isCount(limit) && limit <= LONGEST && isCount(offset + limit))
    return { offset, limit };
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `offset must be a whole number from 0 on, and limit one from 0 to ${LONGEST}.`,
  );
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What `end` leaves of a range. */
export function clipped({ offset, limit }: Range, end: number): Range {
  return { offset, limit: Math.max(0, Math.min(offset + limit, end) - offset) };
}

import { AquiferError } from '../errors/index.js';

export interface ChunkingOptions {
  /** Most tokens that a chunk holds: 4 to 100,000. @default 1000 */
  readonly maxTokens?: number;
  /** Most tokens that a chunk repeats from the end of the one before: 0 to `maxTokens` − 1. @default 200 */
  readonly overlapTokens?: number;
}

export const DEFAULT_MAX_TOKENS = 1000;
export const DEFAULT_OVERLAP_TOKENS = 200;

/** One character can take four tokens, so a smaller chunk could not hold every text. */
const SMALLEST_MAX_TOKENS = 4;
const LARGEST_MAX_TOKENS = 100_000;

/** @throws AQF_ARGUMENT_INVALID */
export function checkedOptions(options: ChunkingOptions): Required<ChunkingOptions> {
  const { maxTokens = DEFAULT_MAX_TOKENS, overlapTokens = DEFAULT_OVERLAP_TOKENS } = options;
  checkWholeNumber('maxTokens', maxTokens, SMALLEST_MAX_TOKENS, LARGEST_MAX_TOKENS);
  checkWholeNumber('overlapTokens', overlapTokens, 0, maxTokens - 1);
  return { maxTokens, overlapTokens };
}

function checkWholeNumber(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const limit = name === 'overlapTokens' ? `${max} (less than maxTokens)` : `${max}`;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `${name} is ${String(value)}; allowed: a whole number from ${min} to ${limit}.`,
    { facts: { argument: name, min, max } },
  );
}

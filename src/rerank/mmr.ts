import { AquiferError } from '../errors/index.js';

export interface MmrCandidate {
  /** How well it answers, on the scale of a cosine: the similarity to the question, or a score brought to 0…1. */
  readonly relevance: number;
  /** Of any length but 0; all have as many dimensions. */
  readonly vector: Float32Array;
}

export interface MmrOptions {
  /** 1 looks at relevance alone, 0 at difference from what was chosen before alone. @default 0.5 */
  readonly lambda?: number;
  /** @default all */
  readonly limit?: number;
}

/**
 * Chooses, one after the other, what answers well and is unlike what was chosen before: the candidate with the largest
 * λ · relevance − (1 − λ) · (largest cosine to a chosen one). The first is the most relevant one; of equals, the one that
 * came first. Exact: every pair that matters is compared, in O(candidates × limit) cosines. Carbonell & Goldstein 1998,
 * https://doi.org/10.1145/290941.291025
 * @throws AQF_ARGUMENT_INVALID for a lambda outside 0…1, or a limit that is no whole number from 1 on
 */
export function mmr<Candidate extends MmrCandidate>(
  candidates: readonly Candidate[],
  { lambda = 0.5, limit = candidates.length }: MmrOptions = {},
): Candidate[] {
  check(lambda, limit, candidates.length);
  const left = candidates.map((candidate) => ({
    candidate,
    unit: unitOf(candidate.vector),
    nearest: Number.NEGATIVE_INFINITY,
  }));
  const chosen: Candidate[] = [];
  while (left.length > 0 && chosen.length < limit) {
    const first = chosen.length === 0;
    const at = indexOfBest(left, ({ candidate: { relevance }, nearest }) =>
      first ? relevance : lambda * relevance - (1 - lambda) * nearest,
    );
    const [taken] = left.splice(at, 1) as [(typeof left)[number]];
    chosen.push(taken.candidate);
    for (const other of left) other.nearest = Math.max(other.nearest, dot(other.unit, taken.unit));
  }
  return chosen;
}

function check(lambda: number, limit: number, candidates: number): void {
  if (!(lambda >= 0 && lambda <= 1)) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'lambda must be a number from 0 to 1.');
  }
  if (candidates > 0 && !(Number.isSafeInteger(limit) && limit >= 1)) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'limit must be a whole number from 1 on.');
  }
}

function indexOfBest<T>(items: readonly T[], value: (item: T) => number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (const [at, item] of items.entries()) {
    const worth = value(item);
    if (worth <= most) continue;
    most = worth;
    best = at;
  }
  return best;
}

/** A vector of zeros is like nothing. */
function unitOf(vector: Float32Array): Float64Array {
  const length = Math.hypot(...vector) || 1;
  return Float64Array.from(vector, (value) => value / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

import type { Metric } from '../store.js';

/** Shorter or longer than 1 by less than this, a vector is one of length 1 to the index. */
const UNIT_SLACK = 1e-5;

/** What the index gets, and what beside it brings the vector back as it was; an empty text where nothing has to. */
export interface StoredVector {
  readonly indexed: Float32Array;
  readonly original: string;
}

/**
 * Chroma scales vectors that it compares by cosine, and gives them back a bit off. So the index compares inner products
 * of vectors of length 1: those that have it are kept as they are, and of others the original lies beside.
 */
export function encodeVector(vector: Float32Array, metric: Metric): StoredVector {
  if (metric !== 'cosine') return { indexed: vector, original: '' };
  const length = lengthOf(vector);
  if (Math.abs(length - 1) < UNIT_SLACK) return { indexed: vector, original: '' };
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return { indexed: vector.map((value) => value / length), original: bytes.toString('base64') };
}

export function decodeVector(indexed: readonly number[] | null | undefined, original: unknown): Float32Array {
  if (typeof original !== 'string' || original === '') return Float32Array.from(indexed ?? []);
  const bytes = Buffer.from(original, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}

/** What a query is compared with: its own length does not matter to a cosine. */
export function queryVector(vector: Float32Array, metric: Metric): number[] {
  return Array.from(encodeVector(vector, metric).indexed);
}

/** In double precision, in which no square of a float is too large or too small. */
function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

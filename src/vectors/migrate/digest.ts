import { createHash } from 'node:crypto';
import { toHalf } from '../half.js';
import type { VectorRecord } from '../store.js';

/** What vectors are compared in: as they are, or after rounding to what `halfvec` holds. */
export type Precision = 'single' | 'half';

const LANES = 2 ** 32;

/** 128 bits over all of a record; records that differ in anything have different ones. */
export function digestOf(
  { id, documentId, text, metadata, embedding }: VectorRecord,
  precision: Precision,
): Buffer {
  const sorted = Object.entries(metadata).sort(([left], [right]) => (left < right ? -1 : 1));
  const hash = createHash('sha256');
  hash.update(JSON.stringify([id, documentId, text, sorted, embedding.length]));
  hash.update(bytesOf(embedding, precision));
  return hash.digest().subarray(0, 16);
}

/** A sum of digests, the same in whatever order they come. */
export class Checksum {
  readonly #lanes = [0, 0, 0, 0];
  count = 0;

  add(digest: Buffer): void {
    for (let lane = 0; lane < 4; lane++) {
      this.#lanes[lane] = ((this.#lanes[lane] ?? 0) + digest.readUInt32BE(lane * 4)) % LANES;
    }
    this.count += 1;
  }

  toString(): string {
    return this.#lanes.map((lane) => lane.toString(16).padStart(8, '0')).join('');
  }
}

/** A vector as it is compared: of two that round to the same, nothing else is left. */
export function rounded(vector: Float32Array, precision: Precision): Float32Array {
  if (precision === 'single') return vector;
  const bits = new Uint32Array(vector.buffer.slice(vector.byteOffset, vector.byteOffset + vector.byteLength));
  const halves = new Float32Array(bits.length);
  for (let at = 0; at < bits.length; at++) halves[at] = fromHalf(toHalf(bits[at] ?? 0));
  return halves;
}

function bytesOf(vector: Float32Array, precision: Precision): Uint8Array {
  // -0 and 0 are the same number.
  const plain = rounded(vector, precision).map((value) => value + 0);
  return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength);
}

function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

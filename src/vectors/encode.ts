import { AquiferError } from '../errors/index.js';
import type { RowBuffer } from '../relational/copy/index.js';
import { fromHalf, isNoHalf, toHalf } from './half.js';

const FLOAT4_OID = 700;
const HEADER_BYTES = 20;
/** A length and a float. */
const ELEMENT_BYTES = 8;
const HALF_HEADER_BYTES = 4;

/**
 * Vectors end to end as one `real[]` in PostgreSQL's binary form (src/backend/utils/adt/arrayfuncs.c,
 * array_recv): dimensions, flags, element type, length, lower bound, then each element with its length. As
 * text, a vector of 512 floats costs the embedded database 3 ms to read; in this form next to nothing.
 */
export function encodeVectors(vectors: readonly Float32Array[]): Uint8Array {
  const length = vectors.reduce((sum, vector) => sum + vector.length, 0);
  const bytes = Buffer.alloc(HEADER_BYTES + length * ELEMENT_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [index, field] of [1, 0, FLOAT4_OID, length, 1].entries()) view.setInt32(index * 4, field);
  let at = HEADER_BYTES;
  for (const vector of vectors) {
    for (const value of vector) {
      view.setInt32(at, 4);
      view.setFloat32(at + 4, value);
      at += ELEMENT_BYTES;
    }
  }
  return bytes;
}

/** One vector as a `real[]` parameter. */
export function encodeVector(vector: Float32Array): Uint8Array {
  return encodeVectors([vector]);
}

/**
 * One vector as pgvector's `halfvec` is sent (halfvec_recv: dimensions and an unused word in 16 bits each, then half
 * floats, all in network order), as a field of a COPY.
 * @throws AQF_ARGUMENT_INVALID for a value that is not finite, or too large for a half float
 */
export function writeHalfVector(vector: Float32Array, to: RowBuffer): void {
  to.field(HALF_HEADER_BYTES + vector.length * 2, (bytes, start) => {
    const words = new Uint32Array(vector.buffer, vector.byteOffset, vector.length);
    let at = bytes.writeInt32BE(vector.length << 16, start);
    // By index: an iterator costs three times as much here.
    for (let index = 0; index < words.length; index++) {
      const half = toHalf(words[index] as number);
      if (isNoHalf(half)) throw unstorable(vector);
      bytes[at++] = half >>> 8;
      bytes[at++] = half & 0xff;
    }
  });
}

/** What `halfvec_send` gives, as floats. */
export function readHalfVector(bytes: Uint8Array): Float32Array {
  const vector = new Float32Array((bytes.length - HALF_HEADER_BYTES) / 2);
  for (let index = 0, at = HALF_HEADER_BYTES; index < vector.length; index++, at += 2) {
    vector[index] = fromHalf(((bytes[at] as number) << 8) | (bytes[at + 1] as number));
  }
  return vector;
}

function unstorable(vector: Float32Array): AquiferError {
  const at = vector.findIndex((value) => !(Math.abs(value) < 65_520));
  const message = `A vector has the value ${vector[at]} at ${at}: values must be finite and below 65,520.`;
  return new AquiferError('AQF_ARGUMENT_INVALID', message);
}

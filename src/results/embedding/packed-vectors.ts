/**
 * Vectors of one length, end to end, as the bytes they are in memory: nothing is rounded, and 4 bytes a number are all
 * they take.
 */
export function packVectors(vectors: readonly Float32Array[]): Uint8Array {
  const length = vectors.reduce((sum, vector) => sum + vector.byteLength, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of vectors) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** Copies: the bytes may lie where no float may begin, and are shared with others, while these are the caller's own. */
export function unpackVectors(bytes: Uint8Array, dimensions: number): Float32Array[] {
  const all = new Float32Array(bytes.byteLength / Float32Array.BYTES_PER_ELEMENT);
  new Uint8Array(all.buffer).set(bytes);
  const vectors: Float32Array[] = [];
  for (let at = 0; at < all.length; at += dimensions) vectors.push(all.subarray(at, at + dimensions));
  return vectors;
}

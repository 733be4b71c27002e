/**
 * A vector as endpoints write it: base64 of little-endian 32-bit floats, or a list of numbers.
 * @throws TypeError when it is neither
 */
export function decodeFloats(embedding: unknown): Float32Array {
  if (Array.isArray(embedding)) return fromNumbers(embedding);
  if (typeof embedding !== 'string') throw new TypeError('a vector that is neither text nor list');
  const bytes = Buffer.from(embedding, 'base64');
  if (bytes.length === 0 || bytes.length % Float32Array.BYTES_PER_ELEMENT !== 0) {
    throw new TypeError('a vector in base64 that is cut off');
  }
  const floats = new Float32Array(bytes.length / Float32Array.BYTES_PER_ELEMENT);
  for (let at = 0; at < floats.length; at++) floats[at] = bytes.readFloatLE(at * 4);
  return floats;
}

function fromNumbers(values: readonly unknown[]): Float32Array {
  if (values.some((value) => typeof value !== 'number'))
    throw new TypeError('a vector of other than numbers');
  return Float32Array.from(values as readonly number[]);
}

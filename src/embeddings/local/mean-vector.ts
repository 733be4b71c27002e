/** The mean of unit vectors, brought back to length one; of vectors that cancel out, the first. */
export function meanVector(vectors: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0)] = vectors;
  if (vectors.length === 1) return first;
  const sum = first.map((_, index) => vectors.reduce((total, vector) => total + (vector[index] ?? 0), 0));
  const length = Math.hypot(...sum);
  return length === 0 ? first : sum.map((value) => value / length);
}

import type { Tensor } from '@huggingface/transformers';

/**
 * One unit vector a text, from the vectors of its tokens: their mean, padding left out, or that of the first.
 *
 * @param output [texts, width, dimensions], or [texts, dimensions] of a model that pools itself
 * @param mask [texts, width]; 1 where there is a token
 */
export function pooled(output: Tensor, mask: Tensor | undefined, pooling: 'mean' | 'cls'): Float32Array[] {
  const [texts = 0, width = 1] = output.dims;
  const dimensions = output.dims.at(-1) ?? 0;
  const values = Float32Array.from(output.data as ArrayLike<number>);
  const tokensOf = (text: number) =>
    output.dims.length === 2 || pooling === 'cls' ? [0] : present(mask, text, width);
  const stride = output.dims.length === 2 ? dimensions : width * dimensions;
  return Array.from({ length: texts }, (_, text) => {
    const vector = new Float32Array(dimensions);
    for (const token of tokensOf(text)) {
      const start = text * stride + token * dimensions;
      for (let at = 0; at < dimensions; at++) vector[at] = (vector[at] ?? 0) + (values[start + at] ?? 0);
    }
    return ofLengthOne(vector);
  });
}

function present(mask: Tensor | undefined, text: number, width: number): number[] {
  const places = Array.from({ length: width }, (_, token) => token);
  if (!mask) return places;
  return places.filter((token) => Number(mask.data[text * width + token]) === 1);
}

/** The sum points where the mean does. */
function ofLengthOne(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  return vector.map((value) => value / length);
}

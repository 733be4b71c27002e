/** pgvector's text form. Five significant digits are more than a half-precision element keeps. */
export function vectorLiteral(vector: Float32Array): string {
  let literal = '[';
  for (let i = 0; i < vector.length; i++) literal += `${i === 0 ? '' : ','}${vector[i]?.toPrecision(5)}`;
  return `${literal}]`;
}

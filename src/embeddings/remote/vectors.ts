import type { EmbeddingModel } from '../embedder.js';
import { failed, wrongDimensions } from './failures.js';

/** Providers that compute in half precision are this far from length one. */
const LENGTH_TOLERANCE = 0.01;

/**
 * The vector at length one, once it is what the model makes.
 * @throws AQF_VECTOR_DIMENSIONS; AQF_EMBEDDING_FAILED when it has no direction, or not the length it should have
 */
export function checkedVector(model: EmbeddingModel, vector: Float32Array): Float32Array {
  if (vector.length !== model.dimensions) throw wrongDimensions(model.id, model.dimensions, vector.length);
  const length = lengthOf(vector);
  if (!Number.isFinite(length) || length === 0) throw failed(model.id, `a vector of length ${length}`);
  if (model.normalised && Math.abs(length - 1) > LENGTH_TOLERANCE) {
    throw failed(model.id, `a vector of length ${length}, where its model is normalised`);
  }
  return length === 1 ? vector : vector.map((value) => value / length);
}

function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

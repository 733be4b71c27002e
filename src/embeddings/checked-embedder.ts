import { AquiferError, isAquiferError, messageOf } from '../errors/index.js';
import type { Embedder, EmbeddingModel } from './embedder.js';

/** Models that compute in half precision are this far from length one. */
const LENGTH_TOLERANCE = 0.01;

/**
 * An embedder from outside behind checks of what it returns: one vector of a wrong length, once stored, would
 * fail every later search of its tenant, and a missing one would leave a passage unfound without a word.
 * Whatever it throws becomes AQF_EMBEDDING_FAILED.
 */
export function checkedEmbedder(embedder: Embedder): Embedder {
  const { model } = embedder;
  return {
    model,
    embedPassages: (texts) =>
      checked(model, async () => {
        const passages = await embedder.embedPassages(texts);
        checkPassages(model, texts.length, passages);
        return passages;
      }),
    embedQuery: (text) =>
      checked(model, async () => {
        const vector = await embedder.embedQuery(text);
        checkVector(model, vector);
        return vector;
      }),
    close: () => embedder.close(),
  };
}

async function checked<T>(model: EmbeddingModel, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isAquiferError(cause)) throw cause;
    throw failed(model, `failed: ${messageOf(cause)}`, cause);
  }
}

function checkPassages(model: EmbeddingModel, expected: number, passages: readonly Float32Array[][]): void {
  if (!Array.isArray(passages) || passages.length !== expected) {
    const given = Array.isArray(passages) ? `${passages.length}` : 'no list';
    throw failed(model, `returned ${given} for ${expected} passages; expected one list of vectors for each`);
  }
  for (const windows of passages) {
    if (!Array.isArray(windows) || windows.length === 0) {
      throw failed(
        model,
        'returned no list of vectors for a passage; expected one vector a window, at least one',
      );
    }
    for (const vector of windows) checkVector(model, vector);
  }
}

function checkVector(model: EmbeddingModel, vector: Float32Array): void {
  if (!(vector instanceof Float32Array)) throw failed(model, 'returned a vector that is no Float32Array');
  if (vector.length !== model.dimensions) {
    throw failed(
      model,
      `returned a vector of ${vector.length} dimensions; its model has ${model.dimensions}`,
    );
  }
  const length = Math.hypot(...vector);
  if (!(Math.abs(length - 1) <= LENGTH_TOLERANCE)) {
    throw failed(model, `returned a vector of length ${length}; expected length 1 (divide it by its length)`);
  }
}

function failed(model: EmbeddingModel, what: string, cause?: unknown): AquiferError {
  return new AquiferError('AQF_EMBEDDING_FAILED', `The embedder ${model.id} ${what}.`, {
    facts: { model: model.id },
    ...(cause !== undefined && { cause }),
  });
}

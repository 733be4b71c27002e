import { AquiferError, isAquiferError, messageOf } from '../errors/index.js';
import { embedEach } from './embed-each.js';
import type { EmbedCall, EmbeddedText, Embedder, EmbeddingModel } from './embedder.js';

/** Models that compute in half precision are this far from length one. */
const LENGTH_TOLERANCE = 0.01;

/**
 * An embedder from outside behind checks of what it returns: one vector of a wrong length, once stored, would
 * fail every later search of its tenant, and a missing one would leave a passage unfound without a word.
 * Whatever it throws becomes AQF_EMBEDDING_FAILED, unless it has a code already; other dimensions are
 * AQF_VECTOR_DIMENSIONS.
 */
export function checkedEmbedder(embedder: Embedder): Embedder {
  const { model } = embedder;
  return {
    model,
    embedPassages: (texts, call) =>
      checked(model, call, async () => {
        const passages = await embedder.embedPassages(texts, call);
        checkPassages(model, texts.length, passages);
        return passages;
      }),
    embedQuery: (text, call) =>
      checked(model, call, async () => {
        const vector = await embedder.embedQuery(text, call);
        checkVector(model, vector);
        return vector;
      }),
    embedEach: (texts, call) =>
      checked(model, call, async () => {
        const each = await embedEach(embedder, texts, call);
        return checkEach(model, texts.length, each);
      }),
    probe: (call) => checked(model, call, () => probe(embedder, call)),
    close: () => embedder.close(),
  };
}

async function checked<T>(
  model: EmbeddingModel,
  call: EmbedCall | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    call?.signal?.throwIfAborted();
    if (isAquiferError(cause)) throw cause;
    throw failed(model, `failed: ${messageOf(cause)}`, cause);
  }
}

async function probe(embedder: Embedder, call?: EmbedCall): Promise<void> {
  if (embedder.probe) return embedder.probe(call);
  checkVector(embedder.model, await embedder.embedQuery('water', call));
}

/** A text whose vectors are wrong has the error in their place. */
function checkEach(model: EmbeddingModel, expected: number, each: readonly EmbeddedText[]): EmbeddedText[] {
  if (!Array.isArray(each) || each.length !== expected) {
    throw failed(model, `returned ${each?.length} results for ${expected} passages`);
  }
  return each.map((one) => {
    if (!one.ok) return one;
    try {
      checkPassages(model, 1, [one.windows]);
      return one;
    } catch (error) {
      if (isAquiferError(error)) return { ok: false, error };
      throw error;
    }
  });
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
  if (vector.length !== model.dimensions) throw wrongDimensions(model, vector.length);
  const length = Math.hypot(...vector);
  if (!(Math.abs(length - 1) <= LENGTH_TOLERANCE)) {
    throw failed(model, `returned a vector of length ${length}; expected length 1 (divide it by its length)`);
  }
}

function wrongDimensions({ id, dimensions }: EmbeddingModel, given: number): AquiferError {
  return new AquiferError(
    'AQF_VECTOR_DIMENSIONS',
    `The embedder ${id} returned a vector of ${given} dimensions; its model has ${dimensions}.`,
    { facts: { model: id, expected: dimensions, given } },
  );
}

function failed(model: EmbeddingModel, what: string, cause?: unknown): AquiferError {
  return new AquiferError('AQF_EMBEDDING_FAILED', `The embedder ${model.id} ${what}.`, {
    facts: { model: model.id },
    ...(cause !== undefined && { cause }),
  });
}

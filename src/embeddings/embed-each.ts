import { AquiferError, isAquiferError, messageOf } from '../errors/index.js';
import type { EmbedCall, EmbeddedText, Embedder } from './embedder.js';

/**
 * The vectors or the error of each text, in order: a text that is refused, or a batch that fails, takes nothing
 * else with it. An embedder without such a call is asked for all texts, and in halves where one is refused.
 *
 * @throws AQF_LAYER_CLOSED; the reason of the signal
 */
export async function embedEach(
  embedder: Embedder,
  texts: readonly string[],
  call: EmbedCall = {},
): Promise<EmbeddedText[]> {
  if (embedder.embedEach) return embedder.embedEach(texts, call);
  try {
    return (await embedder.embedPassages(texts, call)).map((windows) => ({ ok: true, windows }));
  } catch (error) {
    call.signal?.throwIfAborted();
    if (isAquiferError(error, 'AQF_LAYER_CLOSED')) throw error;
    if (texts.length > 1 && isAquiferError(error, 'AQF_EMBEDDING_REFUSED')) {
      const middle = texts.length >> 1;
      const first = await embedEach(embedder, texts.slice(0, middle), call);
      return [...first, ...(await embedEach(embedder, texts.slice(middle), call))];
    }
    return texts.map(() => ({ ok: false, error: asAquiferError(embedder, error) }));
  }
}

function asAquiferError(embedder: Embedder, error: unknown): AquiferError {
  if (isAquiferError(error)) return error;
  const message = `The embedder ${embedder.model.id} failed: ${messageOf(error)}.`;
  return new AquiferError('AQF_EMBEDDING_FAILED', message, {
    facts: { model: embedder.model.id },
    cause: error,
  });
}

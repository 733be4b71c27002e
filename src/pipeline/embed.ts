import { passageOf } from '../documents/index.js';
import { type EmbeddedText, type Embedder, embedEach } from '../embeddings/index.js';
import { AquiferError, isAquiferError, messageOf } from '../errors/index.js';
import type { MissingChunk } from './types.js';

/** What became of a chunk. */
export interface EmbeddedChunk {
  readonly chunk: MissingChunk;
  readonly result: EmbeddedText;
}

/**
 * Vectors of chunks, equal texts embedded once. What fails takes nothing else with it where the embedder can tell.
 * @param timeoutMs after which all that was asked for counts as failed, also when the embedder does not hear the signal
 * @throws the signal's reason when it aborts; AQF_LAYER_CLOSED
 */
export async function embedMissing(
  embedder: Embedder,
  chunks: readonly MissingChunk[],
  { tenantId, signal }: { readonly tenantId: string; readonly signal: AbortSignal },
  timeoutMs: number,
): Promise<EmbeddedChunk[]> {
  const distinct = [...new Map(chunks.map((chunk) => [chunk.hash, chunk])).values()];
  const late = AbortSignal.timeout(timeoutMs);
  const call = { tenantId, signal: AbortSignal.any([signal, late]) };
  const asked = embedEach(embedder, distinct.map(passageOf), call);
  const results = await Promise.race([asked, aborted(call.signal)]).catch((error: unknown) => {
    if (signal.aborted) throw signal.reason;
    return distinct.map(() => failure(late.aborted ? tooLate(embedder, timeoutMs) : error));
  });
  // Of fewer answers than questions nobody can tell which is whose.
  const answers = results.length === distinct.length ? results : distinct.map(() => missing(embedder));
  const byHash = new Map(distinct.map(({ hash }, at) => [hash, checked(embedder, answers[at])]));
  return chunks.map((chunk) => ({ chunk, result: byHash.get(chunk.hash) ?? missing(embedder) }));
}

/** A vector of another length would be refused by the database, and with it all that is stored together. */
function checked(embedder: Embedder, result: EmbeddedText | undefined): EmbeddedText {
  if (!result) return missing(embedder);
  if (!result.ok) return result;
  const { id, dimensions } = embedder.model;
  const wrong = result.windows.find((vector) => vector.length !== dimensions);
  if (!wrong && result.windows.length > 0) return result;
  return failure(
    new AquiferError(
      'AQF_EMBEDDING_FAILED',
      wrong
        ? `${id} returned a vector of ${wrong.length} dimensions; its model has ${dimensions}.`
        : `${id} returned no vector for a passage.`,
    ),
  );
}

function missing({ model }: Embedder): EmbeddedText {
  return failure(
    new AquiferError('AQF_EMBEDDING_FAILED', `${model.id} returned fewer vectors than passages.`),
  );
}

function tooLate({ model }: Embedder, timeoutMs: number): AquiferError {
  return new AquiferError('AQF_EMBEDDING_FAILED', `${model.id} did not answer in ${timeoutMs} ms.`);
}

function failure(error: unknown): EmbeddedText {
  if (isAquiferError(error, 'AQF_LAYER_CLOSED')) throw error;
  const known = isAquiferError(error)
    ? error
    : new AquiferError('AQF_EMBEDDING_FAILED', messageOf(error), { cause: error });
  return { ok: false, error: known };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

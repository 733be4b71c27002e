import { AquiferError, isAquiferError } from '../../errors/index.js';
import type { RefusalCause } from './refusal-cause.js';

/** The provider will not take a request as it is. */
export class Refusal extends AquiferError {
  readonly because: RefusalCause;

  constructor(model: string, reason: string, status: number, because: RefusalCause) {
    super('AQF_EMBEDDING_REFUSED', `The provider of ${model} refused: ${reason}.`, {
      facts: { model, status },
    });
    this.because = because;
  }
}

export function failed(model: string, reason: string, waitMs?: number): AquiferError {
  return new AquiferError('AQF_EMBEDDING_FAILED', `The provider of ${model} failed: ${reason}.`, {
    facts: { model, retryAfterMs: waitMs },
  });
}

export function leftAlone(model: string, waitMs: number): AquiferError {
  const wait = Math.ceil(waitMs);
  return failed(model, `it failed several times in a row and is not asked for another ${wait} ms`, wait);
}

export function rateLimited(model: string, reason: string, waitMs: number): AquiferError {
  const retryAfterMs = Math.ceil(waitMs);
  return new AquiferError(
    'AQF_EMBEDDING_RATE_LIMITED',
    `The provider of ${model} limits the rate (${reason}); it may be asked again in ${retryAfterMs} ms.`,
    { facts: { model, retryAfterMs } },
  );
}

export function wrongDimensions(model: string, expected: number, given: number): AquiferError {
  return new AquiferError(
    'AQF_VECTOR_DIMENSIONS',
    `The provider of ${model} returned a vector of ${given} dimensions; the model is registered with ${expected}.`,
    {
      facts: { model, expected, given },
      hint: 'Register the model with its true dimensions, or correct the address or the name of the model.',
    },
  );
}

export function closed(model: string): AquiferError {
  return new AquiferError('AQF_LAYER_CLOSED', `The embedder ${model} is closed.`);
}

/** The refused among the texts of a call, named by their places. */
export function refusedTexts(model: string, places: readonly number[], first: AquiferError): AquiferError {
  const named = places.slice(0, 20).join(', ') + (places.length > 20 ? ', …' : '');
  return new AquiferError(
    'AQF_EMBEDDING_REFUSED',
    `The provider of ${model} refused ${places.length} of the texts, at ${named}: ${first.message}`,
    { facts: { ...first.facts, indexes: places.map(String) }, cause: first },
  );
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Refusal && isAquiferError(error, 'AQF_EMBEDDING_REFUSED');
}

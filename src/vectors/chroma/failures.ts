import { AquiferError, messageOf } from '../../errors/index.js';

/** What became of a request. `gone`: there is no such collection; `taken`: there is one already. */
export type Failure = 'unreachable' | 'overloaded' | 'too-large' | 'gone' | 'taken' | 'refused' | 'denied';

const BY_NAME: Readonly<Record<string, Failure>> = {
  ChromaConnectionError: 'unreachable',
  ChromaNotFoundError: 'gone',
  ChromaUniqueError: 'taken',
  ChromaRateLimitError: 'overloaded',
  ChromaClientError: 'refused',
  ChromaValueError: 'refused',
  ChromaTypeError: 'refused',
  ChromaUnauthorizedError: 'denied',
  ChromaForbiddenError: 'denied',
  ChromaQuotaExceededError: 'refused',
};

const TOO_LARGE = /^413\b|payload too large|exceeded maximum batch size|batch size/i;
const PASSING = /^(502|503|504)\b/;
/** A collection that another process has just removed. */
const REMOVED = /collection .*(does not exist|not found)|does not exist|no rows returned/i;

/** What an error of Chroma's client means: known by names, as several copies of the package may be loaded. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return 'refused';
  if (TOO_LARGE.test(error.message)) return 'too-large';
  const named = BY_NAME[error.name];
  if (named === 'refused' && REMOVED.test(error.message)) return 'gone';
  if (named) return named;
  if (error.name === 'ChromaServerError') {
    if (PASSING.test(error.message)) return 'overloaded';
    return REMOVED.test(error.message) ? 'gone' : 'refused';
  }
  // Node's fetch, while the body is read: the connection broke, or the time was over.
  return ['TypeError', 'AbortError', 'TimeoutError', 'SocketError'].includes(error.name)
    ? 'unreachable'
    : 'refused';
}

/** Whether the same request may do better later. */
export function isPassing(failure: Failure): boolean {
  return failure === 'unreachable' || failure === 'overloaded';
}

/** What the caller is told; the address carries no secret. */
export function toAquiferError(error: unknown, address: string): AquiferError {
  const facts = { store: 'chromadb', address };
  switch (failureOf(error)) {
    case 'unreachable':
      return new AquiferError('AQF_VECTORS_UNAVAILABLE', `Chroma at ${address} does not answer.`, {
        cause: error,
        facts,
      });
    case 'overloaded':
      return new AquiferError('AQF_VECTORS_UNAVAILABLE', `Chroma at ${address} cannot take more now.`, {
        cause: error,
        facts,
      });
    case 'denied':
      return new AquiferError(
        'AQF_VECTORS_UNAVAILABLE',
        `Chroma at ${address} does not let this client in.`,
        {
          cause: error,
          facts,
          hint: 'Check vectors.chroma.token.',
        },
      );
    case 'gone':
      return new AquiferError(
        'AQF_VECTORS_UNAVAILABLE',
        `A collection of Chroma at ${address} was removed meanwhile.`,
        {
          cause: error,
          facts,
        },
      );
    default:
      return new AquiferError(
        'AQF_VECTORS_UNAVAILABLE',
        `Chroma at ${address} refused a request: ${messageOf(error)}`,
        {
          cause: error,
          facts,
          hint: 'The message is what Chroma said; if the request is sound, look into its log.',
        },
      );
  }
}

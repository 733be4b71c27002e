import { AquiferError, isAquiferError, messageOf } from '../../errors/index.js';
import { connectionLost, toDatabaseError } from '../errors.js';

/** What the SDK puts on an error of the service; on one of the network there is no status. */
interface ServiceError {
  readonly name?: string;
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * What became of a call: `throttled` and `resuming`, nothing was done and it may be sent again; `refused`, the
 * service answered and says no; `unknown`, it was done or not.
 */
export type Outcome = 'throttled' | 'resuming' | 'refused' | 'unknown';

const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown)/;
const RESUMING = new Set([
  'DatabaseResumingException',
  'DatabaseUnavailableException',
  'ServiceUnavailableError',
]);
const STATEMENT_TIMEOUT = 'StatementTimeoutException';
const NO_CONNECTION_YET = /communications link failure|is resuming|is paused/i;
const TOO_LARGE = /response size|size limit|packet for query is too large/i;
const NO_TRANSACTION = /^Transaction .* (is not|isn't|was not) found/i;
const SQLSTATE = /SQLState:\s*([0-9A-Z]{5})\s*$/;
/** Fields of an error report that follow its message; some quote rows. */
const DETAILS =
  /(\n\s*(Detail|Hint|Position|Where|Internal \w+|Schema|Table|Column|Constraint)\b|;\s*SQLState:)[\s\S]*$/i;
const ABOUT_THE_STATEMENT = new Set(['DatabaseErrorException', 'BadRequestException', 'ValidationException']);

export function outcomeOf(error: unknown): Outcome {
  const { name = '', $fault } = error as ServiceError;
  const status = statusOf(error);
  if (THROTTLED.test(name) || status === 429) return 'throttled';
  if (RESUMING.has(name) || saysNotYet(messageOf(error))) return 'resuming';
  if (name === STATEMENT_TIMEOUT) return 'unknown';
  return $fault === 'client' && status !== undefined ? 'refused' : 'unknown';
}

function statusOf(error: unknown): number | undefined {
  return (error as ServiceError).$metadata?.httpStatusCode;
}

/** The driver behind the service says so while a cluster wakes; a message of the database itself has an SQLSTATE. */
function saysNotYet(message: string): boolean {
  return NO_CONNECTION_YET.test(message) && !SQLSTATE.test(message);
}

/** An error of the Data API as what it means for the statement; the classes are those of a server's errors. */
export function toAuroraError(error: unknown): AquiferError {
  if (isAquiferError(error)) return error;
  const { name = '' } = error as ServiceError;
  const message = messageOf(error);
  const sqlstate = SQLSTATE.exec(message)?.[1];
  if (sqlstate) return serverError(message, sqlstate);
  if (name === STATEMENT_TIMEOUT) return serverError(message, '57014');
  if (statusOf(error) === 413) return requestTooLarge();
  if (TOO_LARGE.test(message)) return resultTooLarge(message);
  if (name === 'UnsupportedResultException') return resultUnsupported(message);
  if (name === 'TransactionNotFoundException' || NO_TRANSACTION.test(message)) return lost(message);
  if (outcomeOf(error) === 'unknown') return lost(message);
  return ABOUT_THE_STATEMENT.has(name) ? serverError(message) : unavailable(error);
}

/** The service cannot be reached or does not let this process in; nothing was done. */
export function unavailable(error: unknown): AquiferError {
  const { name = 'Error' } = error as ServiceError;
  const message = `The Data API does not serve this database: ${name}: ${messageOf(error)}`;
  return new AquiferError('AQF_DATABASE_UNAVAILABLE', message, {
    facts: { reason: name },
    hint: 'Check the ARNs, the region, the IAM policy, and that the Data API is enabled for the cluster.',
  });
}

export function lost(message: string): AquiferError {
  return connectionLost(new Error(message));
}

function requestTooLarge(): AquiferError {
  const message = 'The Data API takes at most 4 MiB a call; this statement with its values has more.';
  return new AquiferError('AQF_ARGUMENT_INVALID', message, { hint: 'Write fewer rows in a statement.' });
}

function resultTooLarge(message: string): AquiferError {
  return new AquiferError(
    'AQF_RESULT_TOO_LARGE',
    `The Data API gives at most 1 MiB an answer and 64 KiB a row: ${message}`,
  );
}

function resultUnsupported(message: string): AquiferError {
  return new AquiferError('AQF_NOT_SUPPORTED', message, {
    hint: 'Cast the column to text in the statement.',
  });
}

function serverError(message: string, sqlstate?: string): AquiferError {
  const said = message.replace(DETAILS, '').replace(/^ERROR:\s*/, '');
  const names = sqlstate?.startsWith('23') ? namesIn(said) : {};
  return toDatabaseError(Object.assign(new Error(said), { code: sqlstate, ...names }));
}

/** What node-postgres has in fields of their own stands in the message of a violated constraint. */
function namesIn(message: string) {
  return {
    constraint: /constraint "([^"]+)"/.exec(message)?.[1],
    table: /(?:table|relation) "([^"]+)"/.exec(message)?.[1],
    column: /column "([^"]+)"/.exec(message)?.[1],
  };
}

import { describe, expect, test } from 'vitest';
import { outcomeOf, toAuroraError } from './failures.js';

/** As the SDK throws it. */
function serviceError(name: string, message: string, httpStatusCode = 400) {
  const $fault = httpStatusCode >= 500 ? 'server' : 'client';
  return Object.assign(new Error(message), { name, $fault, $metadata: { httpStatusCode } });
}

describe('an error of the Data API', () => {
  test('has the class and the facts of the same error of a server, without its details', () => {
    const message = `ERROR: duplicate key value violates unique constraint "users_email_key"
  Detail: Key (email)=(ann@example.com) already exists.
  Position: 12; SQLState: 23505`;
    const error = toAuroraError(serviceError('DatabaseErrorException', message));
    expect(error).toMatchObject({
      name: 'UniqueViolationError',
      message:
        'The database refused a statement: duplicate key value violates unique constraint "users_email_key"',
      facts: { sqlstate: '23505', constraint: 'users_email_key' },
    });
    expect(JSON.stringify(error)).not.toContain('ann@example.com');
  });

  test('names the column of a value that is missing', () => {
    const message =
      'ERROR: null value in column "title" of relation "documents" violates not-null constraint';
    expect(toAuroraError(serviceError('BadRequestException', `${message}; SQLState: 23502`))).toMatchObject({
      code: 'AQF_NOT_NULL_VIOLATION',
      facts: { column: 'title', table: 'documents' },
    });
  });

  test.each([
    [
      'BadRequestException',
      'Database returned more than the allowed response size limit',
      'AQF_RESULT_TOO_LARGE',
    ],
    ['UnsupportedResultException', 'The result exceeds the size limit 1 MB.', 'AQF_RESULT_TOO_LARGE'],
    ['BadRequestException', 'Packet for query is too large', 'AQF_RESULT_TOO_LARGE'],
    [
      'UnsupportedResultException',
      'The result contains the unsupported data type POINT.',
      'AQF_NOT_SUPPORTED',
    ],
    ['StatementTimeoutException', 'Request timed out', 'AQF_STATEMENT_TIMEOUT'],
    ['TransactionNotFoundException', 'Transaction abc is not found', 'AQF_CONNECTION_LOST'],
    ['BadRequestException', 'Transaction AQC5= is not found', 'AQF_CONNECTION_LOST'],
    ['AccessDeniedException', 'User is not authorized', 'AQF_DATABASE_UNAVAILABLE'],
    ['ValidationException', "Multistatements aren't supported.", 'AQF_QUERY_FAILED'],
    ['DatabaseErrorException', 'ERROR: response size limit; SQLState: P0001', 'AQF_QUERY_FAILED'],
  ])('%s "%s" is %s', (name, message, code) => {
    expect(toAuroraError(serviceError(name, message))).toMatchObject({ code });
  });

  test.each([
    [serviceError('ThrottlingException', 'Rate exceeded'), 'throttled'],
    [serviceError('Unknown', 'UnknownError', 429), 'throttled'],
    [serviceError('DatabaseResumingException', 'The database is resuming'), 'resuming'],
    [serviceError('BadRequestException', 'Communications link failure\n\nThe last packet …'), 'resuming'],
    [serviceError('DatabaseUnavailableException', '', 504), 'resuming'],
    [serviceError('DatabaseErrorException', 'ERROR: the job is paused; SQLState: P0001'), 'refused'],
    [serviceError('InternalServerErrorException', '', 500), 'unknown'],
    [serviceError('StatementTimeoutException', 'Request timed out'), 'unknown'],
    [
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', $metadata: { attempts: 1 } }),
      'unknown',
    ],
  ])('tells what became of the call: %s', (error, outcome) => {
    expect(outcomeOf(error)).toBe(outcome);
  });
});

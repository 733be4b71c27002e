import pg from 'pg';
import { AquiferError, messageOf } from '../../errors/index.js';
import { commitUnknown, connectionLost } from '../errors.js';
import type { Group } from './group.js';

/** Errors after which the server closes the connection. */
const FATAL = new Set(['FATAL', 'PANIC']);
const NO_LONGER_CONNECTED = /^(Connection terminated|Client (was closed|has encountered a connection error))/;

/** Whether the server refused a statement and goes on listening. */
export function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !FATAL.has(error.severity ?? '');
}

/** Whether the connection is of no use after this error. */
export function endsConnection(error: unknown): boolean {
  return error instanceof pg.DatabaseError ? !isRefusal(error) : NO_LONGER_CONNECTED.test(messageOf(error));
}

/** How far a group had come when its connection was lost. */
export interface Progress {
  readonly isAnswered: boolean;
}

/** What the loss of the connection means for a group that had been sent. */
export function lostInFlight({ committedBy }: Group, progress: Progress, reason: unknown): AquiferError {
  return mayHaveCommitted(committedBy, progress, reason) ? commitUnknown(reason) : connectionLost(reason);
}

/**
 * Answers come in order: a server that says why it closes the connection before it answered the statement had
 * not come to the commit that follows it. One that falls silent may have.
 */
function mayHaveCommitted(
  committedBy: Group['committedBy'],
  { isAnswered }: Progress,
  reason: unknown,
): boolean {
  if (committedBy === 'other') return false;
  return committedBy === 'statement' || isAnswered || !(reason instanceof pg.DatabaseError);
}

/** Why no connection could be had. */
export function unavailable(error: unknown): AquiferError {
  const message = `No connection to PostgreSQL: ${messageOf(error)}`;
  return new AquiferError('AQF_DATABASE_UNAVAILABLE', message, { cause: error });
}

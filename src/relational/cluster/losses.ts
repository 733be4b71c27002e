import { isAquiferError } from '../../errors/index.js';
import { ConnectionLostError, DeadlockError, SerializationFailureError } from '../errors.js';

/** The server could not be reached, or its connection broke: nothing of the work remains there. */
export function isLoss(error: unknown): boolean {
  return error instanceof ConnectionLostError || isAquiferError(error, 'AQF_DATABASE_UNAVAILABLE');
}

/**
 * A replica cancelled a read that was in the way of what it had to replay, which it reports as a serialization failure
 * or a deadlock (PostgreSQL manual, "Handling Query Conflicts").
 */
export function isReplayConflict(error: unknown): boolean {
  return error instanceof SerializationFailureError || error instanceof DeadlockError;
}

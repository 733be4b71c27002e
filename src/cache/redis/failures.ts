import { AquiferError, isAquiferError, messageOf } from '../../errors/index.js';

/**
 * Any failure of the store as the cache knows it. The client's own error is not kept as the cause: it carries the
 * command with its arguments, which are values of tenants, and at the handshake the password.
 * @param place where the server is, without credentials
 */
export function unavailable(place: string, error: unknown): AquiferError {
  if (isAquiferError(error)) return error;
  return new AquiferError('AQF_CACHE_STORE_UNAVAILABLE', `Redis at ${place}: ${reasonOf(error)}`, {
    facts: { store: 'redis', place },
  });
}

/** Why, in words that do not speak of the settings with which ioredis is used here. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  if (/max retries per request|Connection is closed|Command aborted/.test(message))
    return 'the connection was lost';
  return /isn't writeable|isn't ready/.test(message) ? 'not connected' : message;
}

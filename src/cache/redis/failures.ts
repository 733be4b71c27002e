import { AquiferError, isAquiferError, messageOf } from '../../errors/index.js';

/**
 * Any failure of the store as the cache knows it. The client's own error is not kept as the cause: it carries the
 * command with its arguments, which are values of tenants, and at the handshake the password.
 * @param place where the server is, without credentials
 */
export function unavailable(place: string, error: unknown): AquiferError {
  if (isAquiferError(error)) return error;
  return new AquiferError('AQF_CACHE_STORE_UNAVAILABLE', `Redis at ${place}: ${messageOf(error)}`, {
    facts: { store: 'redis', place },
  });
}

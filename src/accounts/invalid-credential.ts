import { AquiferError } from '../errors/index.js';

/** One message for every reason: which it is helps only who guesses. */
export function invalidCredential(): AquiferError {
  return new AquiferError('AQF_CREDENTIAL_INVALID', 'The credential is not valid.');
}

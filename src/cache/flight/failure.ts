import { AquiferError, ERROR_CATALOGUE, type ErrorCode, messageOf } from '../../errors/index.js';

const LONGEST_MESSAGE = 2000;

/** The error of a factory as bytes, for those in other processes who waited for it. Never throws. */
export function encodeFailure(error: unknown): Uint8Array {
  try {
    return Buffer.from(JSON.stringify(toldOf(error)));
  } catch {
    // An error whose properties throw: that it failed is told, and no more.
    return Buffer.from('');
  }
}

function toldOf(error: unknown): Record<string, string> {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return {
    name: typeof name === 'string' ? name.slice(0, 100) : 'Error',
    message: messageOf(error).slice(0, LONGEST_MESSAGE),
    ...(typeof code === 'string' && { code: code.slice(0, 100) }),
  };
}

/** An error like the one that was thrown elsewhere: its name, message and code. */
export function decodeFailure(bytes: Uint8Array): Error {
  try {
    const { name, message, code } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, string>;
    if (code !== undefined && Object.hasOwn(ERROR_CATALOGUE, code))
      return new AquiferError(code as ErrorCode, message ?? '');
    const error = new Error(message);
    error.name = name ?? 'Error';
    return code === undefined ? error : Object.assign(error, { code });
  } catch {
    return new Error('What fills this key failed in another process.');
  }
}

import { AquiferError } from '../errors/index.js';

const PREFIX_BYTES = 4;

/**
 * Texts as bytes from which they can be told apart again: each as UTF-8 after its length (32 bits, big endian).
 * Plain joining would make `a|bc` of both (a, bc) and (a|b, c).
 * @throws AQF_ARGUMENT_INVALID for half of a surrogate pair, which UTF-8 cannot tell from another
 */
export function lengthPrefixed(parts: readonly string[]): Buffer {
  for (const part of parts) assertWellFormed(part);
  const lengths = parts.map((part) => Buffer.byteLength(part));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + PREFIX_BYTES + length, 0));
  let at = 0;
  for (const part of parts) {
    const length = bytes.write(part, at + PREFIX_BYTES);
    bytes.writeUInt32BE(length, at);
    at += PREFIX_BYTES + length;
  }
  return bytes;
}

/** @throws AQF_ARGUMENT_INVALID */
export function assertWellFormed(text: string): void {
  if (typeof text === 'string' && text.isWellFormed()) return;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    'A text to encrypt, and the address of its field, must be well-formed Unicode.',
  );
}

import { SEALED_BYTES_AT_LEAST } from './aead.js';

/** `aqe1.<key version>.<base64url of nonce, ciphertext and tag>`: how an encrypted value is stored. */
export interface SealedText {
  readonly version: number;
  readonly sealed: Buffer;
}

/** What every encrypted value begins with; the check constraint of encrypted columns asks for it too. */
export const SEALED_TEXT = 'aqe1.';
const FORM = /^aqe1\.([1-9][0-9]{0,8})\./;

export function writeSealed({ version, sealed }: SealedText): string {
  return `${sealedPrefix(version)}${sealed.toString('base64url')}`;
}

/** What every value begins with that this version of a key encrypted. */
export function sealedPrefix(version: number): string {
  return `${SEALED_TEXT}${version}.`;
}

/**
 * Undefined for any text that `writeSealed` does not write. Base64 has several spellings of the same bytes;
 * only one is accepted, so that no character can be changed unnoticed.
 */
export function readSealed(text: string): SealedText | undefined {
  const form = FORM.exec(text);
  if (!form) return undefined;
  const body = text.slice(form[0].length);
  const sealed = Buffer.from(body, 'base64url');
  if (sealed.length < SEALED_BYTES_AT_LEAST || sealed.toString('base64url') !== body) return undefined;
  return { version: Number(form[1]), sealed };
}

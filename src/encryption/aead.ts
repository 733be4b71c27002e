import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';

/** AES-256-GCM with 96-bit nonces and 128-bit tags (NIST SP 800-38D): nonce, ciphertext and tag in one. */
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES };
export const SEALED_BYTES_AT_LEAST = NONCE_BYTES + TAG_BYTES;

/** Nonces are drawn in one go: a call into the generator for each takes as long as the encryption itself. */
const NONCES_AT_ONCE = 512;
const nonces = Buffer.alloc(NONCES_AT_ONCE * NONCE_BYTES);
let nextNonce = nonces.length;

/** Random nonces allow 2^32 messages with one key (section 8.3): rotate before. */
export function seal(key: KeyObject, associated: Buffer, plaintext: Buffer): Buffer {
  const sealed = Buffer.allocUnsafe(SEALED_BYTES_AT_LEAST + plaintext.length);
  const nonce = sealed.subarray(0, NONCE_BYTES);
  drawNonce(nonce);
  const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS);
  cipher.setAAD(associated);
  cipher.update(plaintext).copy(sealed, NONCE_BYTES);
  cipher.final();
  cipher.getAuthTag().copy(sealed, sealed.length - TAG_BYTES);
  return sealed;
}

/** Undefined when any bit of it, of the key or of the associated data is another. */
export function unseal(key: KeyObject, associated: Buffer, sealed: Buffer): Buffer | undefined {
  if (sealed.length < SEALED_BYTES_AT_LEAST) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), OPTIONS);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return undefined;
  }
}

function drawNonce(into: Buffer): void {
  if (nextNonce === nonces.length) {
    randomFillSync(nonces);
    nextNonce = 0;
  }
  nonces.copy(into, 0, nextNonce, nextNonce + NONCE_BYTES);
  nextNonce += NONCE_BYTES;
}

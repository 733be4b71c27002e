import { createHash } from 'node:crypto';

/** SHA-256, hexadecimal. Parts are length-prefixed, so that ('ab','c') and ('a','bc') differ. */
export function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    hash.update(`${bytes.byteLength}:`).update(bytes);
  }
  return hash.digest('hex');
}

import { createHash } from 'node:crypto';

/** An index holds some 2,700 bytes of a row; a character is at most three bytes for each of its units. */
const LONGEST = 600;

/** What text in PostgreSQL cannot hold. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** A name as it is stored: as it is, or as its SHA-256 where it is long or has characters that cannot be stored. */
export function storedName(prefix: string, name: string): string {
  if (name.length <= LONGEST && !UNSTORABLE.test(name)) return `${prefix}=${name}`;
  return `${prefix}#${createHash('sha256').update(Buffer.from(name, 'utf16le')).digest('base64url')}`;
}

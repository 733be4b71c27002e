import { createHash } from 'node:crypto';

/** PostgreSQL cuts longer names off, and two could become one. */
const LONGEST_NAME = 63;
const DIGEST_LENGTH = 22;
/** Every prepared statement costs the server memory for as long as the connection lives. */
const MOST_NAMES = 500;

/** The names under which one connection may prepare statements. */
export class StatementNames {
  readonly #used = new Set<string>();

  /** The name to use on the server; undefined where the statement is better not prepared. */
  admit(name: string | undefined): string | undefined {
    if (!name) return undefined;
    if (!this.#used.has(name)) {
      if (this.#used.size >= MOST_NAMES) return undefined;
      this.#used.add(name);
    }
    return Buffer.byteLength(name) > LONGEST_NAME ? shortened(name) : name;
  }
}

function shortened(name: string): string {
  const digest = createHash('sha256').update(name).digest('base64url').slice(0, DIGEST_LENGTH);
  return `${Buffer.from(name)
    .subarray(0, LONGEST_NAME - DIGEST_LENGTH - 4)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '_')}_${digest}`;
}

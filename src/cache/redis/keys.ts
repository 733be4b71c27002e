import { createHash } from 'node:crypto';

/**
 * The names of everything a cache keeps in Redis. Braces make a Redis Cluster keep a key's value, lease and failure in
 * one slot, and the log with its counter and the feed in another.
 */
export class RedisKeys {
  readonly log: string;
  readonly counter: string;
  readonly turn: string;
  readonly position: string;
  readonly run: string;
  readonly #value: string;
  readonly #lease: string;
  readonly #failure: string;
  readonly #mark: string;

  constructor(prefix: string) {
    this.log = `${prefix}{log}`;
    this.counter = `${prefix}{log}:n`;
    this.turn = `${prefix}{log}:turn`;
    this.position = `${prefix}{log}:feed`;
    this.run = `${prefix}{log}:run`;
    this.#value = `${prefix}v:{`;
    this.#lease = `${prefix}l:{`;
    this.#failure = `${prefix}f:{`;
    this.#mark = `${prefix}m:{`;
  }

  value(key: string): string {
    return `${this.#value + storable(key)}}`;
  }

  lease(key: string): string {
    return `${this.#lease + storable(key)}}`;
  }

  failure(key: string): string {
    return `${this.#failure + storable(key)}}`;
  }

  mark(mark: string): string {
    return `${this.#mark + storable(mark)}}`;
  }
}

/** Half a surrogate pair, which in UTF-8 there is not: as bytes, all of them would be the same. */
const HALF_PAIR = /\p{Surrogate}/u;

function storable(name: string): string {
  if (!HALF_PAIR.test(name)) return name;
  // No name of a key or mark begins so: their paths are escaped.
  return `\0#${createHash('sha256').update(Buffer.from(name, 'utf16le')).digest('base64url')}`;
}

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
    return `${this.#value + key}}`;
  }

  lease(key: string): string {
    return `${this.#lease + key}}`;
  }

  failure(key: string): string {
    return `${this.#failure + key}}`;
  }

  mark(mark: string): string {
    return `${this.#mark + mark}}`;
  }
}

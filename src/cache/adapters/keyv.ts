import type { Cache } from '../cache.js';
import type { Duration } from '../duration.js';

/** What Keyv 5 asks of a store, by shape: keyv itself need not be installed. */
export interface KeyvStore {
  /** Keyv and others put settings of their own here; nothing is read from it. */
  readonly opts: Record<string, unknown>;
  /** Set by the Keyv that uses the store. */
  namespace?: string | undefined;
  get<Value>(key: string): Promise<Value | undefined>;
  getMany<Value>(keys: string[]): Promise<(Value | undefined)[]>;
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  /** Gives whether each was set, which Keyv hands out, though its types say that stores give nothing. */
  setMany(entries: KeyvEntry[]): Promise<void>;
  has(key: string): Promise<boolean>;
  hasMany(keys: string[]): Promise<boolean[]>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: string[]): Promise<boolean>;
  clear(): Promise<void>;
  /** Nothing is told: a store that does not answer is not an error here. */
  on(event: string, listener: (...told: never[]) => void): this;
}

export interface KeyvEntry {
  readonly key: string;
  readonly value: unknown;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
}

export interface KeyvStoreOptions {
  /**
   * How long a value is kept for which Keyv names no time.
   * @default '30d'
   */
  readonly ttl?: Duration;
}

/**
 * A cache as the store of one Keyv, and so of whatever takes a Keyv: cache-manager, cacheable, got, …
 *
 *     new Keyv({ store: keyvStore(cache) })
 *
 * Each namespace of Keyv is a namespace of the cache; `clear` clears that one. Closing stays with whoever opened the
 * cache. There is no `iterator`: what one process holds is not all there is.
 */
export function keyvStore(cache: Cache, options: KeyvStoreOptions = {}): KeyvStore {
  return new CacheStoreForKeyv(cache, options);
}

const FOREVER = '30d';

class CacheStoreForKeyv implements KeyvStore {
  readonly opts: Record<string, unknown> = {};
  readonly #root: Cache;
  readonly #ttl: Duration;
  #namespace: string | undefined;
  #cache: Cache;

  constructor(cache: Cache, { ttl = FOREVER }: KeyvStoreOptions) {
    this.#root = cache;
    this.#cache = cache;
    this.#ttl = ttl;
  }

  get namespace(): string | undefined {
    return this.#namespace;
  }

  set namespace(name: string | undefined) {
    this.#namespace = name;
    this.#cache = name ? this.#root.namespace(name) : this.#root;
  }

  get<Value>(key: string): Promise<Value | undefined> {
    return this.#cache.get(this.#own(key)) as Promise<Value | undefined>;
  }

  async getMany<Value>(keys: string[]): Promise<(Value | undefined)[]> {
    const own = keys.map((key) => this.#own(key));
    const found = await this.#cache.getMany(own);
    return own.map((key) => found.get(key) as Value | undefined);
  }

  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    return this.#cache.set(this.#own(key), value, this.#kept(ttl));
  }

  setMany(entries: KeyvEntry[]): Promise<void> {
    const set: Promise<unknown> = this.#setEach(entries);
    return set as Promise<void>;
  }

  has(key: string): Promise<boolean> {
    return this.#cache.has(this.#own(key));
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    const found = await this.getMany(keys);
    return found.map((value) => value !== undefined);
  }

  /** Whether there was something, and it is gone everywhere. */
  delete(key: string): Promise<boolean> {
    return this.deleteMany([key]);
  }

  async deleteMany(keys: string[]): Promise<boolean> {
    const own = keys.map((key) => this.#own(key));
    const found = await this.#cache.getMany(own);
    // Asked for or not found: another process may have written it since.
    const confirmed = await this.#cache.delete(own);
    return confirmed && found.size > 0;
  }

  async clear(): Promise<void> {
    await this.#cache.clear();
  }

  on(): this {
    return this;
  }

  /** One write for all that are kept equally long. */
  async #setEach(entries: readonly KeyvEntry[]): Promise<boolean[]> {
    const confirmed = new Map<number | undefined, boolean>();
    for (const ttl of new Set(entries.map((entry) => entry.ttl))) {
      const equal = entries.filter((entry) => entry.ttl === ttl);
      const values = equal.map(({ key, value }) => [this.#own(key), value] as const);
      confirmed.set(ttl, await this.#cache.setMany(values, this.#kept(ttl)));
    }
    return entries.map(({ ttl }) => confirmed.get(ttl) ?? false);
  }

  /** Keyv puts its namespace in front of keys, unless told not to; here the namespace does that. */
  #own(key: string): string {
    const prefix = `${this.#namespace}:`;
    return this.#namespace && key.startsWith(prefix) ? key.slice(prefix.length) : key;
  }

  /** To the millisecond, as Keyv itself reckons. */
  #kept(ttl: number | undefined) {
    return { ttl: ttl ?? this.#ttl, jitter: 0 };
  }
}

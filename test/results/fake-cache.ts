import { toMs } from '../../src/cache/duration.js';
import type { Cache, CacheOptions, Duration } from '../../src/results/port.js';

interface Kept {
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly l2: boolean | undefined;
}

/** A cache of one process, with leases and without times. */
export class FakeCache implements Cache {
  readonly #path: string;
  readonly kept: Map<string, Kept>;
  readonly #fills: Map<string, { refused: boolean; tags: readonly string[]; promise: Promise<unknown> }>;

  constructor(parent?: FakeCache, path = '') {
    this.#path = path;
    this.kept = parent?.kept ?? new Map();
    this.#fills = parent ? parent.#fills : new Map();
  }

  async get<T>(key: string): Promise<T | undefined> {
    return this.kept.get(this.#path + key)?.value as T | undefined;
  }

  async set<T>(key: string, value: T, ttl?: Duration | CacheOptions): Promise<boolean> {
    this.#put(this.#path + key, value, ttl);
    return true;
  }

  async delete(key: string | readonly string[]): Promise<boolean> {
    for (const one of [key].flat() as string[]) {
      this.kept.delete(this.#path + one);
      const fill = this.#fills.get(this.#path + one);
      if (fill) fill.refused = true;
      this.#fills.delete(this.#path + one);
    }
    return true;
  }

  async memo<T>(
    key: string,
    ttl: Duration | CacheOptions,
    factory: (context: { signal: AbortSignal }) => T | Promise<T>,
  ): Promise<T> {
    const name = this.#path + key;
    const known = this.kept.get(name);
    if (known) return known.value as T;
    const under = this.#fills.get(name);
    if (under) return under.promise as Promise<T>;
    const fill = { refused: false, tags: tagsOf(ttl), promise: Promise.resolve<unknown>(undefined) };
    this.#fills.set(name, fill);
    const made = (async () => factory({ signal: new AbortController().signal }))();
    fill.promise = made;
    try {
      const value = await made;
      if (!fill.refused) this.#put(name, value, ttl);
      return value;
    } finally {
      if (this.#fills.get(name) === fill) this.#fills.delete(name);
    }
  }

  async getMany<T>(keys: readonly string[]): Promise<Map<string, T>> {
    const found = keys.map((key) => [key, this.kept.get(this.#path + key)] as const);
    return new Map(found.flatMap(([key, kept]) => (kept ? [[key, kept.value as T]] : [])));
  }

  async setMany<T>(entries: Iterable<readonly [string, T]>, ttl?: Duration | CacheOptions): Promise<boolean> {
    for (const [key, value] of entries) await this.set(key, value, ttl);
    return true;
  }

  async memoMany<T>(
    keys: readonly string[],
    ttl: Duration | CacheOptions,
    factory: (
      missing: string[],
      context: { signal: AbortSignal },
    ) => Map<string, T> | Promise<Map<string, T>>,
  ): Promise<Map<string, T>> {
    const found = await this.getMany<T>(keys);
    const missing = [...new Set(keys)].filter((key) => !found.has(key));
    if (missing.length === 0) return found;
    const made = await factory(missing, { signal: new AbortController().signal });
    await this.setMany(made, ttl);
    return new Map([...found, ...made]);
  }

  async invalidateTags(tags: string | readonly string[]): Promise<boolean> {
    const meant = new Set([tags].flat());
    for (const [name, kept] of this.kept) {
      if (kept.tags.some((tag) => meant.has(tag))) this.kept.delete(name);
    }
    for (const [name, fill] of this.#fills) {
      if (!fill.tags.some((tag) => meant.has(tag))) continue;
      fill.refused = true;
      this.#fills.delete(name);
    }
    return true;
  }

  namespace(name: string): FakeCache {
    return new FakeCache(this, `${this.#path}${encodeURIComponent(name)}/`);
  }

  #put(name: string, value: unknown, ttl: Duration | CacheOptions | undefined): void {
    if (value === undefined) return;
    if (typeof ttl === 'object') toMs(ttl.ttl ?? 1, 'ttl');
    const options = typeof ttl === 'object' ? ttl : undefined;
    this.kept.set(name, { value, tags: tagsOf(ttl), l2: options?.l2 });
  }
}

function tagsOf(ttl: Duration | CacheOptions | undefined): readonly string[] {
  return typeof ttl === 'object' ? (ttl.tags ?? []) : [];
}

import { AquiferError } from '../errors/index.js';
import type { Duration } from './duration.js';
import type { Engine } from './engine.js';
import { entryFacts, isFresh, timed } from './facts.js';
import type { Factory } from './flight/factory.js';
import type { Wanted } from './flight/filler.js';
import type { ManyFactory } from './flight/many.js';
import type { Entry } from './memory/entry.js';
import type { Space } from './memory/space.js';
import { childPath, keyName, spaceMark, tagMark } from './names.js';
import {
  type CacheOptions,
  checkKey,
  checkKeys,
  checkNamespace,
  checkTags,
  isKey,
  type Policy,
  policyOver,
} from './options.js';
import type { Found } from './shared/shared-tier.js';
import type { CacheStats } from './stats.js';

/**
 * A cache, or a namespace of one. A value is served only if it was the truth at some moment within the last
 * `staleness` milliseconds, and never after its invalidation was heard of. Values from this process are shared objects:
 * do not change them. `undefined` is never cached; `null` is, for `nullTtl`.
 */
export class Cache<V = unknown> {
  readonly #engine: Engine;
  readonly #space: Space;
  readonly #policy: Policy;

  /** Made by `createCache`, `namespace` and `scope.cache`. */
  constructor(engine: Engine, space: Space, policy: Policy) {
    this.#engine = engine;
    this.#space = space;
    this.#policy = policy;
  }

  /** The value, or undefined. @throws AQF_ARGUMENT_INVALID for a malformed key */
  get<T extends V = V>(key: string): Promise<T | undefined> {
    const entry = this.#fresh(key);
    return (entry ? entry.promise : this.#read(key)) as Promise<T | undefined>;
  }

  /** What this process has of the key, at once. */
  peek<T extends V = V>(key: string): T | undefined {
    const entry = this.#space.entries.get(key);
    if (entry === undefined) return undefined;
    const { clock, trust } = this.#engine;
    const now = clock.now();
    const serves = now < entry.plainUntil && (now < trust.until || now < entry.since + trust.staleness);
    return serves || this.#fresh(key) ? (entry.value as T) : undefined;
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  /**
   * The value; where there is none, what `factory` makes of it, which is then cached. One factory runs for a key at a
   * time, over all processes that share a store; its error goes to all who waited.
   * @throws AQF_CACHE_TIMEOUT, AQF_CACHE_VALUE_INVALID, AQF_ARGUMENT_INVALID; what `factory` throws
   */
  memo<T extends V>(key: string, options: Duration | CacheOptions, factory: Factory<T>): Promise<T> {
    const entry = this.#space.entries.get(key);
    if (entry !== undefined) {
      const { clock, trust, memory, counters } = this.#engine;
      const now = clock.now();
      if (now < entry.plainUntil && (now < trust.until || now < entry.since + trust.staleness)) {
        counters.l1Hits++;
        memory.touch(entry, now);
        return entry.promise as Promise<T>;
      }
    }
    return this.#memoSlowly(key, options, factory);
  }

  /** The values that there are. */
  async getMany<T extends V = V>(keys: readonly string[]): Promise<Map<string, T>> {
    if (this.#doubts(checkKeys(keys))) await this.#engine.catchUp?.();
    const { found, missing } = this.#freshOf(keys);
    if (missing.length > 0) await this.#readMany(missing, found);
    return inOrder<T>(keys, found);
  }

  /** Like `memo` for many keys: what is missing is made by one call. Keys that it leaves out have no value. */
  async memoMany<T extends V>(
    keys: readonly string[],
    options: Duration | CacheOptions,
    factory: ManyFactory<T>,
  ): Promise<Map<string, T>> {
    if (this.#doubts(checkKeys(keys))) await this.#engine.catchUp?.();
    const { found, missing } = this.#freshOf(keys);
    if (missing.length > 0) {
      const policy = policyOver(this.#policy, options);
      const values = await this.#engine.many.fill({ space: this.#space, policy, factory }, missing);
      missing.forEach((key, index) => {
        if (values[index] !== undefined) found.set(key, values[index]);
      });
    }
    return inOrder<T>(keys, found);
  }

  /**
   * True when every tier has it; false when the shared tier did not confirm, where what was there will be removed.
   * @throws AQF_CACHE_VALUE_INVALID, AQF_ARGUMENT_INVALID
   */
  set<T extends V>(key: string, value: T, options?: Duration | CacheOptions): Promise<boolean> {
    return this.setMany([[key, value]], options);
  }

  async setMany<T extends V>(
    values: Iterable<readonly [string, T]> | Readonly<Record<string, T>>,
    options?: Duration | CacheOptions,
  ): Promise<boolean> {
    const policy = policyOver(this.#policy, options);
    const pairs = pairsOf(values);
    checkKeys([...pairs.keys()]);
    const unset = [...pairs].filter(([, value]) => value === undefined).map(([key]) => key);
    const given = [...pairs].filter(([, value]) => value !== undefined);
    const removed = unset.length === 0 || (await this.delete(unset));
    return (given.length === 0 || (await this.#write(given, policy))) && removed;
  }

  /**
   * Removes values, so that none of them is served again and no fill that began before is kept. True when that is so
   * everywhere; false when the shared tier will be told as soon as it answers.
   */
  async delete(key: string | readonly string[]): Promise<boolean> {
    const keys = Array.isArray(key) ? (key as readonly string[]) : [key as string];
    const names = checkKeys(keys).map((each) => keyName(this.#space.path, each));
    return this.#engine.invalidator.invalidate({ keys: names, marks: [] });
  }

  /** Removes every value with one of the tags, in whatever namespace of this cache. Resolves as `delete` does. */
  async invalidateTags(tags: string | readonly string[]): Promise<boolean> {
    const list = checkTags(Array.isArray(tags) ? tags : [tags]);
    const marks = list.map((tag) => tagMark(this.#space.rootPath, tag));
    return this.#engine.invalidator.invalidate({ keys: [], marks });
  }

  /** Removes everything in this namespace and those below it. Resolves as `delete` does. */
  clear(): Promise<boolean> {
    return this.#engine.invalidator.invalidate({ keys: [], marks: [spaceMark(this.#space.path)] });
  }

  /** A part of this cache with keys and options of its own; tags are shared with it. */
  namespace<N extends V = V>(name: string, options?: CacheOptions): Cache<N> {
    const path = childPath(this.#space.path, checkNamespace(name));
    const space = this.#engine.memory.spaces.at(path, this.#space.rootPath);
    return new Cache<N>(this.#engine, space, policyOver(this.#policy, options));
  }

  /** Figures of all caches that share this one's memory. */
  stats(): CacheStats {
    return this.#engine.stats();
  }

  #fresh(key: string): Entry | undefined {
    const entry = this.#space.entries.get(key);
    if (entry === undefined) return undefined;
    const { memory, counters, clock } = this.#engine;
    const now = clock.now();
    if (!this.#trusted(entry, now) || now >= entry.freshUntil) return undefined;
    counters.l1Hits++;
    memory.touch(entry, now);
    return entry;
  }

  #trusted(entry: Entry, now: number): boolean {
    const { trust, counters } = this.#engine;
    if (trust.serves(entry.since, now)) return true;
    counters.bypassed++;
    return false;
  }

  /** Whether a look at what has changed comes first: before the first copy, and where a copy would be passed over. */
  #doubts(keys: readonly string[]): boolean {
    const { trust, clock, catchUp } = this.#engine;
    if (!catchUp) return false;
    if (!trust.hasHeard) return true;
    const now = clock.now();
    return keys.some((key) => {
      const entry = this.#space.entries.get(key);
      return entry !== undefined && !trust.serves(entry.since, now);
    });
  }

  /** A hit that is past its time or near it, or none. */
  async #memoSlowly<T>(key: string, options: Duration | CacheOptions, factory: Factory<T>): Promise<T> {
    const { clock, counters, filler, memory } = this.#engine;
    const policy = policyOver(this.#policy, options);
    if (this.#doubts([checkKey(key)])) await this.#engine.catchUp?.();
    const now = clock.now();
    const last = this.#space.entries.get(key);
    const old = last && this.#trusted(last, now) ? last : undefined;
    const wanted: Wanted = { space: this.#space, key, policy, factory, old, last, newerThan: 0 };
    if (!old) return filler.fill(wanted) as Promise<T>;
    if (now < old.freshUntil) {
      counters.l1Hits++;
      memory.touch(old, now);
      if (refreshNow(old, now)) filler.refresh({ ...wanted, newerThan: old.createdAt });
      return old.promise as Promise<T>;
    }
    if (now >= old.revalidateUntil) return filler.fill(wanted) as Promise<T>;
    counters.staleServed++;
    memory.touch(old, now);
    filler.refresh(wanted);
    return old.promise as Promise<T>;
  }

  /** One key of the shared tier: the path of most reads, with no more on it than they need. */
  #read(key: string): Promise<unknown> {
    const { shared, recent, trust } = this.#engine;
    const { l2, tags } = this.#policy;
    const plain = shared && l2 && !this.#engine.catchUp && this.#engine.sharedTrusted();
    // Before anything is begun that would not end, and as a rejection, since there is no `await` here.
    if (!plain || !isKey(key)) return this.#readOne(key);
    const moment = recent.begin();
    const since = trust.sharedSince();
    return shared.readOne(this.#space, key, tags).then((found) => {
      const value = this.#keep(key, found, moment, since);
      recent.end();
      return value;
    });
  }

  async #readOne(key: string): Promise<unknown> {
    if (this.#doubts([checkKey(key)])) {
      await this.#engine.catchUp?.();
      const entry = this.#fresh(key);
      if (entry) return entry.value;
    }
    const found = new Map<string, unknown>();
    await this.#readMany([key], found);
    return found.get(key);
  }

  /** What was found in the shared tier, copied if it was not invalidated meanwhile. */
  #keep(key: string, found: Found | undefined, moment: number, since: number): unknown {
    const { recent, counters, memory } = this.#engine;
    if (!found || !isFresh(found)) {
      counters.misses++;
      return undefined;
    }
    counters.l2Hits++;
    if (this.#policy.l1 && !recent.touched(this.#names(key, found.tags), moment)) {
      memory.put(this.#space, key, entryFacts(found, this.#policy, found.tags, since));
    }
    return found.value;
  }

  async #readMany(keys: readonly string[], found: Map<string, unknown>): Promise<void> {
    const { shared, recent, counters } = this.#engine;
    const policy = this.#policy;
    if (!shared || !policy.l2 || !this.#engine.sharedTrusted()) {
      counters.misses += keys.length;
      return;
    }
    const moment = recent.begin();
    const since = this.#engine.trust.sharedSince();
    try {
      const values = (await shared.read(this.#space, keys, policy.tags)) ?? [];
      for (const [index, key] of keys.entries()) {
        const value = this.#keep(key, values[index], moment, since);
        if (value !== undefined) found.set(key, value);
      }
    } finally {
      recent.end();
    }
  }

  async #write(given: readonly (readonly [string, unknown])[], policy: Policy): Promise<boolean> {
    const { shared, recent, invalidator, memory, trust } = this.#engine;
    const keys = given.map(([key]) => keyName(this.#space.path, key));
    const values = given.map(([key, value]) => ({ key, value: timed(value, policy, 0) }));
    const toStore = shared !== undefined && policy.l2;
    if (this.#doubts([])) await this.#engine.catchUp?.();
    if (toStore) invalidator.applyHere({ keys, marks: [] });
    else await invalidator.invalidate({ keys, marks: [] });
    const moment = recent.begin();
    const since = performance.now();
    try {
      const written = toStore ? await shared.write(this.#space, values, policy) : true;
      // What could not be written may still be there in an older form.
      if (written === undefined) await invalidator.invalidate({ keys, marks: [] });
      // Whether others removed it meanwhile cannot be told then: such a copy lives for the bound.
      const boundMs = since + trust.staleness - performance.now();
      const l1TtlMs = written === undefined ? Math.min(policy.l1TtlMs, boundMs) : policy.l1TtlMs;
      const kept = values.filter(
        ({ key }) => written === undefined || !recent.touched(this.#names(key, policy.tags), moment),
      );
      // A reader may have taken the old value out of the store in between.
      invalidator.applyHere({ keys, marks: [] });
      for (const { key, value } of policy.l1 ? kept : []) {
        memory.put(this.#space, key, entryFacts(value, { ...policy, l1TtlMs }, policy.tags, since));
      }
      return written ?? false;
    } finally {
      recent.end();
    }
  }

  #names(key: string, tags: readonly string[]): string[] {
    const { path, rootPath, marks } = this.#space;
    return [keyName(path, key), ...marks, ...tags.map((tag) => tagMark(rootPath, tag))];
  }

  #freshOf(keys: readonly string[]): { found: Map<string, unknown>; missing: string[] } {
    const found = new Map<string, unknown>();
    const missing = new Set<string>();
    for (const key of keys) {
      const entry = this.#fresh(key);
      if (entry) found.set(key, entry.value);
      else missing.add(key);
    }
    return { found, missing: [...missing] };
  }
}

/** XFetch: the nearer the end and the dearer the factory, the likelier. */
function refreshNow({ refreshAhead, fillMs, freshUntil }: Entry, now: number): boolean {
  return refreshAhead > 0 && now - fillMs * refreshAhead * Math.log(1 - Math.random()) >= freshUntil;
}

/** @throws AQF_ARGUMENT_INVALID for what is neither pairs nor an object */
function pairsOf<T>(values: Iterable<readonly [string, T]> | Readonly<Record<string, T>>): Map<string, T> {
  const given: unknown = values;
  if (typeof given !== 'object' || given === null) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'setMany takes pairs of key and value, or an object.');
  }
  return new Map(Symbol.iterator in values ? values : Object.entries(values));
}

function inOrder<T>(keys: readonly string[], found: ReadonlyMap<string, unknown>): Map<string, T> {
  const ordered = new Map<string, T>();
  for (const key of keys) {
    if (found.has(key)) ordered.set(key, found.get(key) as T);
  }
  return ordered;
}

import { tagMark } from '../names.js';
import { Entry, type EntryFacts } from './entry.js';
import { sizeOf, sizeOfString } from './size-of.js';
import { type Space, Spaces } from './space.js';

export interface MemoryLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** Measured on Node 20: the entry, its promise and its slot in a Map. */
const BYTES_AN_ENTRY = 320;
/** Milliseconds in which all hits of an entry count as one. */
const REST_MS = 50;
/** A value above this part of the whole would drive out too many others. */
const LARGEST_PART = 1 / 8;

/**
 * L1: values in this process, least recently used ones leaving first, over all spaces together. A list through the
 * entries themselves and a Map for each space, where `lru-cache` has one Map: a key then needs no prefix of its tenant,
 * and a lookup costs 25 ns where joining the prefix and hashing the whole costs 100 ns.
 */
export class Memory {
  readonly spaces = new Spaces();
  readonly #limits: MemoryLimits;
  readonly #tagged = new Map<string, Set<Entry>>();
  #newest: Entry | undefined;
  #oldest: Entry | undefined;
  #count = 0;
  #bytes = 0;
  evictions = 0;
  /** Values too large to be kept here. */
  refused = 0;

  constructor(limits: MemoryLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Undefined when the value is too large; what was under the key is gone in any case. */
  put(space: Space, key: string, facts: EntryFacts): Entry | undefined {
    this.remove(space, key);
    const bytes = this.#weigh(key, facts);
    if (bytes > this.#limits.maxBytes * LARGEST_PART || this.#limits.maxEntries < 1) {
      this.refused++;
      return undefined;
    }
    const entry = new Entry(space, key, facts, bytes);
    space.entries.set(key, entry);
    this.#link(entry);
    this.#count++;
    this.#bytes += bytes;
    for (const tag of facts.tags) this.#index(tagMark(space.rootPath, tag), entry);
    this.#makeRoom();
    return entry;
  }

  /** Marks an entry as just used: at most so often, since a list that is relinked at every hit costs as much as the hit. */
  touch(entry: Entry, now: number): void {
    if (now < entry.restsUntil) return;
    entry.restsUntil = now + REST_MS;
    if (entry === this.#newest) return;
    this.#unlink(entry);
    this.#link(entry);
  }

  remove(space: Space, key: string): void {
    const entry = space.entries.get(key);
    if (entry) this.#drop(entry);
  }

  removeWithin(path: string): void {
    for (const space of this.spaces.within(path)) {
      for (const entry of space.entries.values()) this.#drop(entry);
    }
  }

  /** @param mark of the tag */
  removeTagged(mark: string): void {
    const entries = this.#tagged.get(mark);
    if (!entries) return;
    for (const entry of entries) this.#drop(entry);
  }

  #weigh(key: string, { value, tags }: EntryFacts): number {
    const limit = this.#limits.maxBytes * LARGEST_PART;
    return BYTES_AN_ENTRY + sizeOfString(key) + sizeOf(value, limit) + tags.length * 100;
  }

  #makeRoom(): void {
    while (this.#count > this.#limits.maxEntries || this.#bytes > this.#limits.maxBytes) {
      if (!this.#oldest) return;
      this.#drop(this.#oldest);
      this.evictions++;
    }
  }

  #drop(entry: Entry): void {
    if (entry.space.entries.get(entry.key) !== entry) return;
    entry.space.entries.delete(entry.key);
    this.#unlink(entry);
    this.#count--;
    this.#bytes -= entry.bytes;
    for (const tag of entry.tags) this.#forget(tagMark(entry.space.rootPath, tag), entry);
  }

  #index(mark: string, entry: Entry): void {
    const entries = this.#tagged.get(mark);
    if (entries) entries.add(entry);
    else this.#tagged.set(mark, new Set([entry]));
  }

  #forget(mark: string, entry: Entry): void {
    const entries = this.#tagged.get(mark);
    if (entries?.delete(entry) && entries.size === 0) this.#tagged.delete(mark);
  }

  #link(entry: Entry): void {
    entry.newer = undefined;
    entry.older = this.#newest;
    if (this.#newest) this.#newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
  }

  #unlink(entry: Entry): void {
    if (entry.newer) entry.newer.older = entry.older;
    else this.#newest = entry.older;
    if (entry.older) entry.older.newer = entry.newer;
    else this.#oldest = entry.newer;
    entry.newer = undefined;
    entry.older = undefined;
  }
}

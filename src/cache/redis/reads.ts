import type { Redis } from 'ioredis';
import type { StoreRead } from '../store/store.js';
import type { RedisKeys } from './keys.js';
import { bulk, type Found, mget, storeRead } from './read-command.js';

interface Waiting {
  readonly keys: readonly string[];
  readonly marks: readonly string[];
  readonly resolve: (read: StoreRead) => void;
  readonly reject: (error: unknown) => void;
}

/** Names in one read that may be put together with others; one with more goes alone. */
const LARGEST_SHARE = 32;
/** Marks that are kept as they are written: those of a tenant's spaces come with each of its reads. */
const KEPT_MARKS = 4096;

/**
 * Reads with MGET. The first read of a tick is sent at once; those that follow in the same tick go together in one more,
 * in which the marks that they share are asked for once. Many callers cost the client far less that way.
 */
export class Reads {
  readonly #names: RedisKeys;
  readonly #use: () => Redis;
  readonly #kept = new Map<string, string>();
  #waiting: Waiting[] = [];
  #sent = false;

  /** @param use throws when there is no connection, and so do reads */
  constructor(names: RedisKeys, use: () => Redis) {
    this.#names = names;
    this.#use = use;
  }

  read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    if (this.#sent && keys.length + marks.length <= LARGEST_SHARE) return this.#wait(keys, marks);
    if (!this.#sent) {
      this.#sent = true;
      process.nextTick(this.#flush);
    }
    return this.#alone(keys, marks);
  }

  #alone(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    const count = keys.length + marks.length;
    const connection = this.#use();
    if (count === 0) return Promise.resolve({ values: [], marks: [] });
    let bulks = '';
    for (const key of keys) bulks += this.#value(key);
    for (const mark of marks) bulks += this.#mark(mark);
    return mget(connection, bulks, count, (found) => storeRead(found, keys.length));
  }

  #wait(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    return new Promise((resolve, reject) => this.#waiting.push({ keys, marks, resolve, reject }));
  }

  readonly #flush = () => {
    const waiting = this.#waiting;
    this.#sent = false;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#together(waiting).catch((error: unknown) => {
      for (const { reject } of waiting) reject(error);
    });
  };

  async #together(waiting: readonly Waiting[]): Promise<void> {
    const asked = new Asked();
    const places = waiting.map(({ keys, marks }) => [
      ...keys.map((key) => asked.place(this.#value(key))),
      ...marks.map((mark) => asked.place(this.#mark(mark))),
    ]);
    const connection = this.#use();
    const found = asked.count === 0 ? [] : await mget(connection, asked.bulks, asked.count, whole);
    for (const [index, { keys, resolve }] of waiting.entries()) {
      const own = (places[index] ?? []).map((place) => found[place] ?? null);
      resolve(storeRead(own, keys.length));
    }
  }

  #value(key: string): string {
    return bulk(this.#names.value(key));
  }

  #mark(mark: string): string {
    const kept = this.#kept.get(mark);
    if (kept !== undefined) return kept;
    if (this.#kept.size >= KEPT_MARKS) this.#kept.clear();
    const text = bulk(this.#names.mark(mark));
    this.#kept.set(mark, text);
    return text;
  }
}

/** Names without repetition, and where each of them is. */
class Asked {
  bulks = '';
  readonly #places = new Map<string, number>();

  get count(): number {
    return this.#places.size;
  }

  place(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.bulks += name;
    this.#places.set(name, this.#places.size);
    return this.#places.size - 1;
  }
}

function whole(found: Found): Found {
  return found;
}

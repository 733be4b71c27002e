import type { Redis } from 'ioredis';
import type { StoreRead } from '../store/store.js';
import type { RedisKeys } from './keys.js';
import { bulk, ReadCommand } from './read-command.js';

/** Marks that are kept as they are written: those of a tenant's spaces come with each of its reads. */
const KEPT_MARKS = 4096;

/** Reads values and marks with one MGET. */
export class Reads {
  readonly #names: RedisKeys;
  readonly #failed: (error: unknown) => Error;
  readonly #kept = new Map<string, string>();

  /** @param failed what a read is rejected with, for what happened */
  constructor(names: RedisKeys, failed: (error: unknown) => Error) {
    this.#names = names;
    this.#failed = failed;
  }

  read(connection: Redis, keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    let bulks = '';
    for (const key of keys) bulks += bulk(this.#names.value(key));
    for (const mark of marks) bulks += this.#mark(mark);
    if (bulks === '') return Promise.resolve({ values: [], marks: [] });
    return new ReadCommand(bulks, keys.length, marks.length, this.#failed).sendOn(connection);
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

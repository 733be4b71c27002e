import type { Memory } from '../memory/memory.js';
import { parseKeyName, parseMark } from '../names.js';
import type { Counters } from '../stats.js';
import type { CacheStore, Invalidation } from '../store/store.js';
import type { Recent } from './recent.js';

/** Tells other processes of invalidations that the shared store did not confirm, or of all where there is no store. */
export interface InvalidationJournal {
  /** Resolves when it is kept where it survives this process. */
  append(invalidation: Invalidation, origin: string): Promise<void>;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 500;
/** With more than this to be caught up, everything goes. */
const MOST_PENDING = 10_000;

/** Removes what is no longer true: here at once, in the shared store, and through its log everywhere. */
export class Invalidator {
  readonly #memory: Memory;
  readonly #recent: Recent;
  readonly #counters: Counters;
  readonly #store: CacheStore | undefined;
  readonly #origin: string;
  /** Names with the number of the last invalidation that was not confirmed. */
  readonly #pendingKeys = new Map<string, number>();
  readonly #pendingMarks = new Map<string, number>();
  #number = 0;
  #journal: InvalidationJournal | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wait = FIRST_WAIT_MS;
  #closed = false;

  constructor(
    memory: Memory,
    recent: Recent,
    counters: Counters,
    store: CacheStore | undefined,
    origin: string,
  ) {
    this.#memory = memory;
    this.#recent = recent;
    this.#counters = counters;
    this.#store = store;
    this.#origin = origin;
  }

  /** How many are not confirmed; while there are any, the shared store is not believed. */
  get pending(): number {
    return this.#pendingKeys.size + this.#pendingMarks.size;
  }

  useJournal(journal: InvalidationJournal): void {
    this.#journal = journal;
  }

  /** True when it is gone everywhere; false when the shared store will be told as soon as it answers. */
  async invalidate(invalidation: Invalidation): Promise<boolean> {
    this.#counters.invalidations += invalidation.keys.length + invalidation.marks.length;
    this.applyHere(invalidation);
    if (!this.#store && !this.#journal) return true;
    const confirmed = await this.#tell(invalidation);
    // A reader may have taken the old value out of the store in between.
    this.applyHere(invalidation);
    if (!confirmed) await this.#remember(invalidation);
    return confirmed;
  }

  /** Removes it from this process, and refuses fills under way. */
  applyHere({ keys, marks }: Invalidation): void {
    this.#recent.note(names(keys, marks));
    for (const name of keys) {
      const { path, key } = parseKeyName(name);
      const space = this.#memory.spaces.find(path);
      if (space) this.#memory.remove(space, key);
    }
    for (const mark of marks) {
      const parsed = parseMark(mark);
      if (parsed.kind === 'space') this.#memory.removeWithin(parsed.path);
      else this.#memory.removeTagged(mark);
    }
  }

  /** Nothing here can be believed any more. */
  loseHere(): void {
    this.#recent.noteAll();
    this.#memory.removeWithin('');
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #tell(invalidation: Invalidation): Promise<boolean> {
    try {
      if (this.#store) await this.#store.invalidate(invalidation, this.#origin);
      else await this.#journal?.append(invalidation, this.#origin);
      return true;
    } catch {
      return false;
    }
  }

  async #remember(invalidation: Invalidation): Promise<void> {
    const number = ++this.#number;
    for (const key of invalidation.keys) this.#pendingKeys.set(key, number);
    for (const mark of invalidation.marks) this.#pendingMarks.set(mark, number);
    if (this.pending > MOST_PENDING) {
      this.#pendingKeys.clear();
      this.#pendingMarks.clear();
      this.#pendingMarks.set('s:', number);
    }
    this.#catchUpLater();
    // Where it cannot be kept either, this process tells it as long as it lives.
    if (this.#store) await this.#journal?.append(invalidation, this.#origin).catch(() => undefined);
  }

  #catchUpLater(): void {
    if (this.#timer || this.#closed) return;
    this.#timer = setTimeout(() => void this.#catchUp(), this.#wait).unref();
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
  }

  async #catchUp(): Promise<void> {
    this.#timer = undefined;
    if (this.pending === 0) return;
    const number = this.#number;
    const keys = [...this.#pendingKeys.keys()];
    const marks = [...this.#pendingMarks.keys()];
    const confirmed = await this.#tell({ keys, marks });
    if (confirmed) {
      // What was asked for again meanwhile is a later change, which this does not confirm.
      forget(this.#pendingKeys, number);
      forget(this.#pendingMarks, number);
      this.applyHere({ keys, marks });
      this.#wait = FIRST_WAIT_MS;
    }
    if (this.pending > 0) this.#catchUpLater();
  }
}

function forget(pending: Map<string, number>, upTo: number): void {
  for (const [name, number] of pending) if (number <= upTo) pending.delete(name);
}

function* names(keys: readonly string[], marks: readonly string[]): Generator<string> {
  yield* keys;
  yield* marks;
}

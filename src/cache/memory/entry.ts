import type { Space } from './space.js';

/** A value with its times on the clock of the wall, as the shared tier keeps it. */
export interface Timed {
  readonly value: unknown;
  /** When it was made, in milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds from then for which it is fresh. */
  readonly freshMs: number;
  /** Milliseconds that its factory took: what refreshing ahead reckons with. */
  readonly fillMs: number;
}

/** What is known of a value in memory. Times are milliseconds of `performance.now()` where nothing else is said. */
export interface EntryFacts extends Timed {
  /** When it was certainly the truth: the begin of what loaded it. */
  readonly since: number;
  readonly freshUntil: number;
  /** Until when it may be served while it is being refreshed. */
  readonly revalidateUntil: number;
  /** XFetch's beta; 0 for none. */
  readonly refreshAhead: number;
  readonly tags: readonly string[];
}

/** One value in memory, a link of the list from the most to the least recently used. */
export class Entry implements EntryFacts {
  readonly space: Space;
  readonly key: string;
  readonly value: unknown;
  readonly createdAt: number;
  readonly freshMs: number;
  readonly fillMs: number;
  readonly since: number;
  readonly freshUntil: number;
  readonly revalidateUntil: number;
  readonly refreshAhead: number;
  readonly tags: readonly string[];
  /** Before this time a hit has nothing to think about. */
  readonly plainUntil: number;
  readonly bytes: number;
  /** A hit before this time leaves the entry where it is in the list. */
  restsUntil = 0;
  newer: Entry | undefined = undefined;
  older: Entry | undefined = undefined;
  #promise: Promise<unknown> | undefined = undefined;

  constructor(space: Space, key: string, facts: EntryFacts, bytes: number) {
    this.space = space;
    this.key = key;
    this.value = facts.value;
    this.createdAt = facts.createdAt;
    this.freshMs = facts.freshMs;
    this.fillMs = facts.fillMs;
    this.since = facts.since;
    this.freshUntil = facts.freshUntil;
    this.revalidateUntil = facts.revalidateUntil;
    this.refreshAhead = facts.refreshAhead;
    this.tags = facts.tags;
    this.plainUntil = earliestRefresh(facts);
    this.bytes = bytes;
  }

  /** Resolved: handed out again and again, so that a hit allocates nothing. */
  get promise(): Promise<unknown> {
    this.#promise ??= Promise.resolve(this.value);
    return this.#promise;
  }
}

/** From here on a hit has something to think about: it is stale, or may be refreshed ahead. */
function earliestRefresh({ freshUntil, refreshAhead, fillMs }: EntryFacts): number {
  return refreshAhead > 0 ? freshUntil - EARLIEST * refreshAhead * fillMs : freshUntil;
}

/** -ln of a probability of one in 20,000: nobody refreshes earlier. */
const EARLIEST = 10;

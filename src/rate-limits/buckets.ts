/** A token bucket: holds up to `capacity`, and gets `perSecond` tokens a second. */
export interface Bucket {
  readonly name: string;
  readonly capacity: number;
  readonly perSecond: number;
}

export interface Taken {
  /** Seconds until there are enough tokens in every bucket; 0 when they were taken. */
  readonly wait: number;
  /** Tokens left in each bucket, in the order in which they were given. */
  readonly remaining: readonly number[];
}

/** Where buckets are kept. */
export interface BucketStore {
  /** Takes `cost` tokens from each of the buckets, or from none. */
  take(buckets: readonly Bucket[], cost?: number): Promise<Taken>;
}

interface Level {
  tokens: number;
  at: number;
}

const MOST = 100_000;

/** Buckets of this process alone. */
export class MemoryBuckets implements BucketStore {
  readonly #levels = new Map<string, Level>();
  readonly #now: () => number;

  /** @param now seconds, of a clock that never goes back */
  constructor(now: () => number = () => performance.now() / 1000) {
    this.#now = now;
  }

  async take(buckets: readonly Bucket[], cost = 1): Promise<Taken> {
    const now = this.#now();
    const levels = buckets.map((bucket) => this.#level(bucket, now));
    const waits = buckets.map(({ perSecond }, i) => Math.max(0, cost - (levels[i]?.tokens ?? 0)) / perSecond);
    const wait = Math.max(0, ...waits);
    if (wait === 0) for (const level of levels) level.tokens -= cost;
    return { wait, remaining: levels.map(({ tokens }) => tokens) };
  }

  #level({ name, capacity, perSecond }: Bucket, now: number): Level {
    const found = this.#levels.get(name) ?? { tokens: capacity, at: now };
    found.tokens = Math.min(capacity, found.tokens + (now - found.at) * perSecond);
    found.at = now;
    // The oldest goes: a full bucket is what a new one would be, and others are few.
    if (this.#levels.size >= MOST) this.#levels.delete(this.#levels.keys().next().value as string);
    this.#levels.delete(name);
    this.#levels.set(name, found);
    return found;
  }
}

interface Entry {
  readonly until: number;
  readonly epoch: number;
}

const NONE: readonly number[] = [];

/** Keys that were fetched ahead and not asked for yet, each until its time is over; the oldest first. */
export class Fetched {
  readonly #horizonMs: number;
  readonly #entries = new Map<string, Entry>();
  /** None is over before. */
  #nextUntil = Number.POSITIVE_INFINITY;

  constructor(horizonMs: number) {
    this.#horizonMs = horizonMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** @param epoch of the probation that it is judged in */
  add(key: string, epoch: number, now: number): void {
    const until = now + this.#horizonMs;
    this.#entries.set(key, { until, epoch });
    this.#nextUntil = Math.min(this.#nextUntil, until);
  }

  /** The epoch of the key, if it was there. */
  remove(key: string): number | undefined {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    return entry?.epoch;
  }

  /** Removes those whose time is over, and gives their epochs. */
  expire(now: number): readonly number[] {
    if (now < this.#nextUntil) return NONE;
    const epochs: number[] = [];
    this.#nextUntil = Number.POSITIVE_INFINITY;
    for (const [key, { until, epoch }] of this.#entries) {
      if (until > now) {
        this.#nextUntil = until;
        break;
      }
      this.#entries.delete(key);
      epochs.push(epoch);
    }
    return epochs;
  }
}

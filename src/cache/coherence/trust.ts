/**
 * Until when copies in this process may be served: as long as it is proven that whatever was invalidated up to
 * `staleness` milliseconds ago has been heard. Times are milliseconds of `performance.now()`.
 */
export class Trust {
  readonly staleness: number;
  /** Copies are served before this time, and those loaded less than `staleness` ago at any time. */
  until: number;
  /** Values in the shared store are served before this time. */
  sharedUntil = Number.POSITIVE_INFINITY;
  #verified: number;
  #fed = Number.POSITIVE_INFINITY;

  /** @param logged whether invalidations come through the log of a shared store */
  constructor(staleness: number, logged: boolean) {
    this.staleness = staleness;
    this.#verified = logged ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    this.until = this.#verified;
  }

  /** The time up to which the log has been heard. */
  get verified(): number {
    return this.#verified;
  }

  verify(since: number): void {
    this.#verified = since;
    this.#reckon();
  }

  /** From now on the changes of a database count too: nothing is trusted until it has been heard of them. */
  expectFeed(): void {
    this.#fed = Number.NEGATIVE_INFINITY;
    this.#reckon();
  }

  /** All changes that the database had committed by then have been heard. */
  feed(until: number): void {
    this.#fed = Math.max(this.#fed, until);
    this.#reckon();
  }

  /** Whether what was the truth at `since` may be served now. */
  serves(since: number, now = performance.now()): boolean {
    return now < this.until || now < since + this.staleness;
  }

  /** When what the shared tier says at this moment was certainly the truth. */
  sharedSince(): number {
    return Math.min(performance.now(), this.#fed);
  }

  /** Whether anything has been heard yet. */
  get hasHeard(): boolean {
    return Math.min(this.#verified, this.#fed) !== Number.NEGATIVE_INFINITY;
  }

  /** By how much what has been heard lags behind. */
  lagMs(now: number): number {
    const heard = Math.min(this.#verified, this.#fed);
    return heard === Number.POSITIVE_INFINITY ? 0 : now - heard;
  }

  lose(): void {
    if (this.#verified !== Number.POSITIVE_INFINITY) this.#verified = Number.NEGATIVE_INFINITY;
    this.#reckon();
  }

  #reckon(): void {
    this.sharedUntil = this.#fed + this.staleness;
    this.until = Math.min(this.#verified, this.#fed) + this.staleness;
  }
}

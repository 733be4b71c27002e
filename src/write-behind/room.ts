const COUNT_EVERY_MS = 1000;

/** About how many keys of one tenant wait: what was counted last, and what this process did since. */
export class Room {
  readonly #limit: number;
  #pending = 0;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether other processes may have changed it since. */
  get isStale(): boolean {
    return performance.now() - this.#countedAt > COUNT_EVERY_MS;
  }

  /** Whether there is room for one more beside those `underWay`. */
  has(underWay: number): boolean {
    return this.#pending + underWay < this.#limit;
  }

  counted(pending: number): void {
    this.#pending = pending;
    this.#countedAt = performance.now();
  }

  added(keys: number): void {
    this.#pending += keys;
  }

  removed(keys: number): void {
    this.#pending = Math.max(0, this.#pending - keys);
  }
}

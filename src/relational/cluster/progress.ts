interface Mark {
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
  readonly lsn: bigint;
}

/** How far the primary had written at which moment, for as long back as anyone asks. */
export class WalProgress {
  readonly #keepMs: number;
  #marks: Mark[] = [];

  /** @param keepMs how far back `reachedAt` knows */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** The latest look; undefined before the first. */
  get latest(): Mark | undefined {
    return this.#marks.at(-1);
  }

  /** Notes that the primary had written up to `lsn` at `at`. Older news than what is known adds nothing. */
  saw(at: number, lsn: bigint): void {
    const last = this.latest;
    if (last && (at < last.at || lsn < last.lsn)) return;
    // Of an idle time only its end matters.
    if (last?.lsn === lsn) this.#marks.pop();
    this.#marks.push({ at, lsn });
    const kept = this.#marks.findIndex((mark) => at - mark.at <= this.#keepMs);
    if (kept > 0) this.#marks.splice(0, kept);
  }

  /**
   * The last known moment at which the primary had written no more than `lsn`: who has replayed `lsn` has all that
   * was written until then. Undefined when that is longer ago than what is kept.
   */
  reachedAt(lsn: bigint): number | undefined {
    return this.#marks.findLast((mark) => mark.lsn <= lsn)?.at;
  }

  /** Another server, another history. */
  reset(): void {
    this.#marks = [];
  }
}

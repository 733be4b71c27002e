export interface BudgetOptions {
  /** Fetches a second; as many may come at once after a pause. */
  readonly perSecond: number;
  /** Fetches under way at a time. */
  readonly maxInFlight: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** What fetching ahead may cost: a token bucket, and a limit to what is under way. */
export class Budget {
  readonly #options: BudgetOptions;
  #tokens: number;
  #filledAt: number;
  #inFlight = 0;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#tokens = Math.max(1, options.perSecond);
    this.#filledAt = options.now();
  }

  /** Takes what one fetch costs; false when there is not that much. What was taken is given back with `done`. */
  take(): boolean {
    this.#fill();
    if (this.#tokens < 1 || this.#inFlight >= this.#options.maxInFlight) return false;
    this.#tokens--;
    this.#inFlight++;
    return true;
  }

  /** The fetch has ended. */
  done(): void {
    this.#inFlight--;
  }

  #fill(): void {
    const { perSecond, now } = this.#options;
    const at = now();
    const gained = ((at - this.#filledAt) / 1000) * perSecond;
    this.#tokens = Math.min(Math.max(1, perSecond), this.#tokens + gained);
    this.#filledAt = at;
  }
}

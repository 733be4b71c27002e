/** Upper bounds of the buckets, in seconds. */
export const DURATION_BOUNDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

const KEPT = 1000;

/** Durations since the start, in seconds. */
export interface DurationFigures {
  readonly count: number;
  readonly sum: number;
  /** How many took at most each of `DURATION_BOUNDS`. */
  readonly atMost: readonly number[];
  /** Of the last thousand. */
  readonly quantiles: Readonly<Record<'0.5' | '0.95' | '0.99', number>>;
}

/** Counts durations: in buckets for as long as the process lives, and the last thousand as they are. */
export class Durations {
  readonly #ring = new Float64Array(KEPT);
  readonly #buckets = new Float64Array(DURATION_BOUNDS.length + 1);
  #count = 0;
  #sum = 0;

  /** @param seconds of one more */
  add(seconds: number): void {
    this.#ring[this.#count % KEPT] = seconds;
    this.#count += 1;
    this.#sum += seconds;
    const bucket = bucketOf(seconds);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
  }

  figures(): DurationFigures {
    let sofar = 0;
    const atMost = DURATION_BOUNDS.map((_, bucket) => (sofar += this.#buckets[bucket] ?? 0));
    return { count: this.#count, sum: this.#sum, atMost, quantiles: this.#quantiles() };
  }

  #quantiles() {
    const sorted = this.#ring.slice(0, Math.min(this.#count, KEPT)).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return { '0.5': at(0.5), '0.95': at(0.95), '0.99': at(0.99) };
  }
}

function bucketOf(seconds: number): number {
  const bucket = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
  return bucket < 0 ? DURATION_BOUNDS.length : bucket;
}

/** Buckets to a doubling: a quantile is at most 9 % off. */
const BUCKETS_PER_DOUBLING = 4;
const SMALLEST_MS = 2 ** -10;
const DOUBLINGS = 25;

/** Latencies in buckets of a logarithmic scale, from a microsecond to 32 seconds. */
export class Histogram {
  readonly #buckets = new Uint32Array(DOUBLINGS * BUCKETS_PER_DOUBLING);
  #count = 0;
  #sum = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** Milliseconds. */
  get sum(): number {
    return this.#sum;
  }

  get max(): number {
    return this.#max;
  }

  add(ms: number): void {
    const bucket = Math.floor(Math.log2(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) * BUCKETS_PER_DOUBLING);
    const index = Math.min(bucket, this.#buckets.length - 1);
    this.#buckets[index] = (this.#buckets[index] as number) + 1;
    this.#count++;
    this.#sum += ms;
    if (ms > this.#max) this.#max = ms;
  }

  /** The latency that a share of `q` (0 to 1) did not exceed; 0 when there is none. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (let index = 0; index < this.#buckets.length; index++) {
      seen += this.#buckets[index] as number;
      if (seen >= rank) return Math.min(middleOf(index), this.#max);
    }
    return 0;
  }
}

function middleOf(index: number): number {
  return SMALLEST_MS * 2 ** ((index + 0.5) / BUCKETS_PER_DOUBLING);
}

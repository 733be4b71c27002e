import { mean, percentile } from '../harness/statistics.js';
import { timed } from '../harness/timing.js';
import { SEARCH_PARTS, type SearchMeters, type SearchPart } from './meters.js';

export interface Percentiles {
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
}

/** The times of one kind of search, and what they were spent on. */
export class Series implements Percentiles {
  readonly #meters: SearchMeters;
  readonly #times: number[] = [];
  readonly #parts = new Map<SearchPart, number>();

  constructor(meters: SearchMeters) {
    this.#meters = meters;
  }

  get p50(): number {
    return percentile(this.#times, 0.5);
  }

  get p95(): number {
    return percentile(this.#times, 0.95);
  }

  /** The times of two searches, one after the other. */
  static sumOf(first: Series, second: Series): Percentiles {
    const sums = first.#times.map((ms, index) => ms + (second.#times[index] ?? 0));
    return { p50: percentile(sums, 0.5), p95: percentile(sums, 0.95) };
  }

  async add<T>(search: () => Promise<T>): Promise<T> {
    this.#meters.take();
    const { value, ms } = await timed(search);
    this.#times.push(ms);
    for (const [part, partMs] of this.#meters.take()) {
      this.#parts.set(part, (this.#parts.get(part) ?? 0) + partMs);
    }
    return value;
  }

  /** `9.4 ms: lexical leg 6.1, presentation 2.4, rest 0.9`; the rest is the transaction's round trips. */
  describe(): string {
    const each = SEARCH_PARTS.flatMap((part) => {
      const total = this.#parts.get(part);
      return total === undefined ? [] : [{ part, ms: total / this.#times.length }];
    });
    const whole = mean(this.#times);
    const rest = whole - each.reduce((sum, { ms }) => sum + ms, 0);
    const parts = each.map(({ part, ms }) => `${part} ${ms.toFixed(1)}`);
    return `${whole.toFixed(1)} ms: ${[...parts, `rest ${rest.toFixed(1)}`].join(', ')}`;
  }
}

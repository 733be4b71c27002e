export interface Heavy {
  readonly item: string;
  /** How often it was seen at least. */
  readonly count: number;
}

/**
 * The most frequent items of a stream in so many counters: a new item takes the place of the least frequent one and
 * its count, remembered as the error that it may have (Metwally, Agrawal, El Abbadi, "Efficient Computation of
 * Frequent and Top-k Elements in Data Streams", ICDT 2005: Space-Saving).
 */
export class SpaceSaving {
  readonly #capacity: number;
  readonly #items: string[] = [];
  readonly #counts: number[] = [];
  readonly #errors: number[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: string): void {
    const known = this.#items.indexOf(item);
    if (known >= 0) this.#counts[known] = this.#countAt(known) + 1;
    else if (this.#items.length < this.#capacity) this.#put(this.#items.length, item, 0);
    else this.#replaceLeast(item);
  }

  /** Items seen at least so often, the most frequent first. */
  atLeast(least: number): Heavy[] {
    const heavy: Heavy[] = [];
    for (let index = 0; index < this.#items.length; index++) {
      const count = this.#countAt(index) - (this.#errors[index] ?? 0);
      if (count >= least) heavy.push({ item: this.#items[index] ?? '', count });
    }
    return heavy.length > 1 ? heavy.sort((a, b) => b.count - a.count) : heavy;
  }

  /** Halves every count, so that what was frequent long ago gives way. */
  age(): void {
    for (let index = 0; index < this.#counts.length; index++) {
      this.#counts[index] = Math.floor(this.#countAt(index) / 2);
      this.#errors[index] = Math.floor((this.#errors[index] ?? 0) / 2);
    }
  }

  #replaceLeast(item: string): void {
    const least = this.#counts.indexOf(Math.min(...this.#counts));
    this.#put(least, item, this.#countAt(least));
  }

  #put(index: number, item: string, error: number): void {
    this.#items[index] = item;
    this.#counts[index] = error + 1;
    this.#errors[index] = error;
  }

  #countAt(index: number): number {
    return this.#counts[index] ?? 0;
  }
}

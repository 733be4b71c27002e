/** Time that the rate looks back on, in milliseconds: long enough to be calm, short enough to follow. */
const WINDOW_MS = 15_000;
/** Samples closer together than this are one. */
const RESOLUTION_MS = 250;

interface Sample {
  readonly at: number;
  readonly done: number;
}

/** How fast work goes, over the last seconds rather than since the start. */
export class Pace {
  readonly #samples: Sample[];
  #latest: Sample;

  constructor(startedAt: number) {
    this.#latest = { at: startedAt, done: 0 };
    this.#samples = [this.#latest];
  }

  /** Notes that `done` items are finished at a time in milliseconds. */
  record(done: number, at: number): void {
    this.#latest = { at, done };
    const last = this.#samples.at(-1);
    if (!last || at - last.at >= RESOLUTION_MS) this.#samples.push(this.#latest);
    while (this.#samples[1] && at - this.#samples[1].at >= WINDOW_MS) this.#samples.shift();
  }

  /** Items a second, or undefined while it is too early to tell. */
  rate(): number | undefined {
    const [oldest] = this.#samples;
    if (!oldest || this.#latest.at - oldest.at < RESOLUTION_MS) return undefined;
    return ((this.#latest.done - oldest.done) * 1000) / (this.#latest.at - oldest.at);
  }
}

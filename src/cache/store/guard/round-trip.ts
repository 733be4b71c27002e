/** What the smoothing weighs a new sample: RFC 6298, §2.3. */
const ALPHA = 1 / 8;
const BETA = 1 / 4;
const K = 4;

/**
 * How long to wait for an answer: TCP's retransmission timer (RFC 6298), smoothed time of the round trip plus four
 * times its mean deviation, doubled with each answer that did not come. Unlike TCP's, a late answer is known to belong
 * to its question, and teaches too (no need of Karn's algorithm). Milliseconds.
 */
export class RoundTrip {
  #smoothed: number | undefined;
  #deviation = 0;
  #doublings = 0;

  answered(ms: number): void {
    this.#doublings = 0;
    this.learn(ms);
  }

  /** Of an answer that came too late, or to a probe. */
  learn(ms: number): void {
    if (this.#smoothed === undefined) {
      this.#smoothed = ms;
      this.#deviation = ms / 2;
      return;
    }
    this.#deviation += BETA * (Math.abs(this.#smoothed - ms) - this.#deviation);
    this.#smoothed += ALPHA * (ms - this.#smoothed);
  }

  missed(): void {
    this.#doublings = Math.min(this.#doublings + 1, 10);
  }

  /** Between `floor` and `cap`, and the cap as long as nothing is known. */
  deadline(floor: number, cap: number): number {
    if (this.#smoothed === undefined) return cap;
    const usual = Math.max(this.#smoothed + K * this.#deviation, floor);
    return Math.min(usual * 2 ** this.#doublings, cap);
  }
}

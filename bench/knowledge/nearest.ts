/** The few largest of many numbers, by their places: ascending insertion, for `count` is small. */
export class Largest {
  readonly scores: Float32Array;
  readonly places: Int32Array;
  #filled = 0;

  constructor(count: number) {
    this.scores = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
    this.places = new Int32Array(count).fill(-1);
  }

  /** What a number must exceed to be kept. */
  get least(): number {
    return this.scores[this.scores.length - 1] as number;
  }

  get filled(): number {
    return this.#filled;
  }

  offer(score: number, place: number): void {
    if (score <= this.least) return;
    let at = this.scores.length - 1;
    while (at > 0 && (this.scores[at - 1] as number) < score) {
      this.scores[at] = this.scores[at - 1] as number;
      this.places[at] = this.places[at - 1] as number;
      at--;
    }
    this.scores[at] = score;
    this.places[at] = place;
    if (this.#filled < this.scores.length) this.#filled++;
  }
}

/** Inner product of the vectors at two places. */
export function innerProduct(
  a: Float32Array,
  aStart: number,
  b: Float32Array,
  bStart: number,
  size: number,
): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let at = 0; at < size; at += 4) {
    first += (a[aStart + at] as number) * (b[bStart + at] as number);
    second += (a[aStart + at + 1] as number) * (b[bStart + at + 1] as number);
    third += (a[aStart + at + 2] as number) * (b[bStart + at + 2] as number);
    fourth += (a[aStart + at + 3] as number) * (b[bStart + at + 3] as number);
  }
  return first + second + (third + fourth);
}

import type { Range } from './range.js';
import type { Part } from './segments.js';

const NOTHING = Symbol('nothing');

/** The places of a range, filled from parts that were stored. */
export class Places<T> {
  readonly #offset: number;
  readonly #items: (T | typeof NOTHING)[];

  constructor({ offset, limit }: Range) {
    this.#offset = offset;
    this.#items = new Array<T | typeof NOTHING>(limit).fill(NOTHING);
  }

  /** Takes what falls into the range of results that begin at `position`. */
  put(position: number, { items }: Part<T>): void {
    const from = Math.max(position, this.#offset);
    const to = Math.min(position + items.length, this.#offset + this.#items.length);
    for (let at = from; at < to; at++) this.#items[at - this.#offset] = items[at - position] as T;
  }

  /** Positions without a result, ascending. */
  get missing(): number[] {
    return this.#items.flatMap((item, index) => (item === NOTHING ? [this.#offset + index] : []));
  }

  /** All results; only when none is missing. */
  get items(): T[] {
    return this.#items as T[];
  }
}

/** The shortest range that holds all of these positions. */
export function stretchOf(positions: readonly number[]): Range {
  const first = positions[0] ?? 0;
  return { offset: first, limit: (positions.at(-1) ?? first) - first + 1 };
}

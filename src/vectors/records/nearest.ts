import { compareCodePoints } from './code-points.js';

/** What is ranked: by distance, ties by id. */
export interface Ranked {
  readonly id: string;
  readonly distance: number;
}

/** Nearest first; ties in the order of their ids. What has no distance is last. */
export function compareRanked(left: Ranked, right: Ranked): number {
  const [a, b] = [orderable(left.distance), orderable(right.distance)];
  return a === b ? compareCodePoints(left.id, right.id) : a - b;
}

/** Keeps the nearest of all that it is given. */
export class Nearest<T extends Ranked> {
  readonly #limit: number;
  #kept: T[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(candidate: T): void {
    this.#kept.push(candidate);
    if (this.#kept.length >= this.#limit * 2 + 64) this.#kept = this.ranked();
  }

  ranked(): T[] {
    return this.#kept.toSorted(compareRanked).slice(0, this.#limit);
  }
}

function orderable(distance: number): number {
  return Number.isNaN(distance) ? Number.MAX_VALUE : distance;
}

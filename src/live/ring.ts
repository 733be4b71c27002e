import type { ToldEvent } from './event.js';

/** What one look at the ledger found. */
export interface Piece {
  readonly since: string;
  readonly until: string;
  /** By tenant; null in place of too many. */
  readonly events: ReadonlyMap<string, readonly ToldEvent[] | null>;
}

/** The latest pieces, by number. The oldest go when they hold too many events together. */
export class Ring {
  readonly #most: number;
  readonly #pieces = new Map<number, Piece>();
  #held = 0;
  #last = 0;

  /** @param most events */
  constructor(most: number) {
    this.#most = most;
  }

  /** The number of the latest piece. */
  get last(): number {
    return this.#last;
  }

  get(number: number): Piece | undefined {
    return this.#pieces.get(number);
  }

  push(piece: Piece): void {
    this.#pieces.set(++this.#last, piece);
    this.#held += weightOf(piece);
    for (const [number, oldest] of this.#pieces) {
      if (this.#held <= this.#most || number === this.#last) break;
      this.#pieces.delete(number);
      this.#held -= weightOf(oldest);
    }
  }

  /** Forgets all; numbers go on. */
  clear(): void {
    this.#pieces.clear();
    this.#held = 0;
  }
}

function weightOf({ events }: Piece): number {
  let weight = 1;
  for (const told of events.values()) weight += told?.length ?? 0;
  return weight;
}

import type { Recent } from '../coherence/recent.js';

/** One fill of a key under way, whose outcome all who ask meanwhile share. */
export class Flight {
  readonly name: string;
  /** Its key and marks: an invalidation of one of them hits it. */
  readonly names: readonly string[];
  readonly moment: number;
  /** What its callers get. It may be there before the fill has ended, where a stale value stands in. */
  promise: Promise<unknown> = Promise.resolve();
  /** Set when it was hit: its value must not be kept, nor given to those who came after. */
  refused = false;

  constructor(name: string, marks: readonly string[], moment: number) {
    this.name = name;
    this.names = [name, ...marks];
    this.moment = moment;
  }
}

/** The fills under way in this process: at most one for each key that was not invalidated since. */
export class Flights {
  readonly #recent: Recent;
  readonly #flying = new Map<string, Flight>();

  constructor(recent: Recent) {
    this.#recent = recent;
  }

  /** The one that a caller who comes now may share. */
  joinable(name: string): Flight | undefined {
    const flight = this.#flying.get(name);
    return flight && !this.hit(flight) ? flight : undefined;
  }

  /** Ended by `end`. */
  begin(name: string, marks: readonly string[]): Flight {
    const flight = new Flight(name, marks, this.#recent.begin());
    this.#flying.set(name, flight);
    return flight;
  }

  end(flight: Flight): void {
    if (this.#flying.get(flight.name) === flight) this.#flying.delete(flight.name);
    this.#recent.end();
  }

  /** Whether something it depends on was invalidated since it began. */
  hit(flight: Flight): boolean {
    return this.#recent.touched(flight.names, flight.moment);
  }

  get moment(): number {
    return this.#recent.moment;
  }
}

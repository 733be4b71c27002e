import type { Recent } from '../coherence/recent.js';
import type { Trust } from '../coherence/trust.js';

/** One fill of a key under way, whose outcome all who ask meanwhile share. */
export class Flight {
  readonly name: string;
  /** Its key and marks: an invalidation of one of them hits it. */
  readonly names: readonly string[];
  readonly moment: number;
  /** Its value is no older than this, by `performance.now()`. */
  readonly since = performance.now();
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
  readonly #trust: Trust;
  readonly #flying = new Map<string, Flight>();

  constructor(recent: Recent, trust: Trust) {
    this.#recent = recent;
    this.#trust = trust;
  }

  /** The one that a caller who comes now may share. */
  joinable(name: string): Flight | undefined {
    const flight = this.#flying.get(name);
    if (!flight || this.hit(flight)) return undefined;
    // What began long ago is joined only while it is certain that it would have been hit.
    return this.#trust.serves(flight.since) ? flight : undefined;
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

  /** Whether something it depends on was invalidated since it began. @param marks that were not known then */
  hit(flight: Flight, marks: readonly string[] = []): boolean {
    const { moment } = flight;
    return this.#recent.touched(flight.names, moment) || this.#recent.touched(marks, moment);
  }

  get moment(): number {
    return this.#recent.moment;
  }
}

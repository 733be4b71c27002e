import { median, percentile } from '../harness/statistics.js';
import { timed } from '../harness/timing.js';
import type { Ratio } from '../relational/turns.js';

/** What is measured: a short stretch of so many calls, the same each time. */
export interface Stretch {
  readonly calls: number;
  run(calls: number): Promise<void> | void;
}

/**
 * Runs stretches of all subjects by turns, so that a busy moment of the machine strikes them all, each round beginning
 * with another one. Slow subjects may make fewer calls than fast ones: what is compared is the time of one call.
 */
export async function ratesInTurns<Name extends string>(
  subjects: Readonly<Record<Name, Stretch>>,
  { rounds, warmUp = 5 }: { readonly rounds: number; readonly warmUp?: number },
): Promise<Rates<Name>> {
  const names = Object.keys(subjects) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  const processor = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(place + round + warmUp) % names.length] as Name;
      const { calls } = subjects[name];
      const before = process.cpuUsage();
      const { ms } = await timed(async () => subjects[name].run(calls));
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      times.get(name)?.push(ms / calls);
      processor.get(name)?.push((user + system) / calls);
    }
  }
  return new Rates(times, processor);
}

/** What one call took, by subject and round. */
export class Rates<Name extends string> {
  readonly #times: ReadonlyMap<Name, readonly number[]>;
  readonly #processor: ReadonlyMap<Name, readonly number[]>;

  constructor(times: ReadonlyMap<Name, readonly number[]>, processor: ReadonlyMap<Name, readonly number[]>) {
    this.#times = times;
    this.#processor = processor;
  }

  perSecond(name: Name): number {
    return 1000 / median(this.#of(name));
  }

  /** Microseconds of this process's processor time for a call: what other work on the machine does not lengthen. */
  processorUs(name: Name): number {
    return median(this.#processor.get(name) ?? []);
  }

  /** How many times as fast as `reference`, judged round by round. */
  speed(subject: Name, reference: Name): Ratio {
    const subjects = this.#of(subject);
    const ratios = this.#of(reference).map((ms, round) => ms / (subjects[round] as number));
    return { median: median(ratios), low: percentile(ratios, 0.25), high: percentile(ratios, 0.75) };
  }

  /** The one with the shortest calls. */
  fastest<Some extends Name>(names: readonly Some[]): Some {
    const [first, ...others] = [...names].sort((a, b) => this.perSecond(b) - this.perSecond(a));
    if (first === undefined) throw new RangeError(`There is no fastest of ${others.length}.`);
    return first;
  }

  #of(name: Name): readonly number[] {
    return this.#times.get(name) ?? [];
  }
}

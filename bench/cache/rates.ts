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
 * with another one. Slow subjects may make fewer calls than fast ones: what is compared is one call.
 */
export async function ratesInTurns<Name extends string>(
  subjects: Readonly<Record<Name, Stretch>>,
  { rounds, warmUp = 5 }: { readonly rounds: number; readonly warmUp?: number },
): Promise<{ readonly wall: Rates<Name>; readonly processor: Rates<Name> }> {
  const names = Object.keys(subjects) as Name[];
  const wall = new Map<Name, number[]>(names.map((name) => [name, []]));
  const processor = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(place + round + warmUp) % names.length] as Name;
      const { calls } = subjects[name];
      const before = process.cpuUsage();
      const { ms } = await timed(async () => subjects[name].run(calls));
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      wall.get(name)?.push((ms * 1000) / calls);
      processor.get(name)?.push((user + system) / calls);
    }
  }
  return { wall: new Rates(wall), processor: new Rates(processor) };
}

/** Microseconds of one call by one clock, by subject and round. */
export class Rates<Name extends string> {
  readonly #times: ReadonlyMap<Name, readonly number[]>;

  constructor(times: ReadonlyMap<Name, readonly number[]>) {
    this.#times = times;
  }

  microseconds(name: Name): number {
    return median(this.#of(name));
  }

  perSecond(name: Name): number {
    return 1e6 / this.microseconds(name);
  }

  /** How many times as fast as `reference`, judged round by round. */
  speed(subject: Name, reference: Name): Ratio {
    const subjects = this.#of(subject);
    const ratios = this.#of(reference).map((time, round) => time / (subjects[round] as number));
    return { median: median(ratios), low: percentile(ratios, 0.25), high: percentile(ratios, 0.75) };
  }

  /** The one with the shortest calls. */
  fastest<Some extends Name>(names: readonly Some[]): Some {
    const [first] = [...names].sort((a, b) => this.microseconds(a) - this.microseconds(b));
    if (first === undefined) throw new RangeError('There is no fastest of none.');
    return first;
  }

  #of(name: Name): readonly number[] {
    return this.#times.get(name) ?? [];
  }
}

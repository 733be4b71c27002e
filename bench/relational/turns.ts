import { median, percentile } from '../harness/statistics.js';
import { timed } from '../harness/timing.js';

/** What is measured, by name: one short stretch of work, the same amount each time. */
export type Subjects<Name extends string> = Readonly<Record<Name, () => Promise<void>>>;

/**
 * Runs stretches of all subjects by turns, so that a busy moment of the machine strikes them all, each round
 * beginning with another one.
 * @returns milliseconds of each subject in each round
 */
export async function inTurns<Name extends string>(
  subjects: Subjects<Name>,
  { rounds, warmUp = 2 }: { readonly rounds: number; readonly warmUp?: number },
): Promise<Turns<Name>> {
  const names = Object.keys(subjects) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(place + round + warmUp) % names.length] as Name;
      const { ms } = await timed(subjects[name]);
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return new Turns(times);
}

/** A ratio of two subjects: the median over the rounds, and what half of the rounds lie between. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export class Turns<Name extends string> {
  readonly #times: ReadonlyMap<Name, readonly number[]>;

  constructor(times: ReadonlyMap<Name, readonly number[]>) {
    this.#times = times;
  }

  /** Milliseconds of a stretch, the median of the rounds. */
  ms(name: Name): number {
    return median(this.#of(name));
  }

  /** How many times as long `subject` took as `reference`, judged round by round. */
  ratio(subject: Name, reference: Name): Ratio {
    const references = this.#of(reference);
    const ratios = this.#of(subject).map((ms, round) => ms / (references[round] as number));
    return { median: median(ratios), low: percentile(ratios, 0.25), high: percentile(ratios, 0.75) };
  }

  #of(name: Name): readonly number[] {
    return this.#times.get(name) ?? [];
  }
}

/** `0.71 to 0.80` */
export function spread({ low, high }: Ratio): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)}`;
}

/** `total` calls, `callers` of them under way at any time. */
export async function concurrently(
  callers: number,
  total: number,
  call: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const caller = async () => {
    while (next < total) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(callers, total) }, caller));
}

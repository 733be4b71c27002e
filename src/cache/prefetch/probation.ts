export interface ProbationOptions {
  /** The share of fetches that have to be of use. */
  readonly floor: number;
  /** The latest fetches that are judged together. */
  readonly sample: number;
  /** Fetches that are risked to find out whether they are of use. */
  readonly probe: number;
  /** Milliseconds of the first rest; each that follows upon a failed probe is twice as long. */
  readonly restMs: number;
  readonly maxRestMs: number;
  readonly now: () => number;
  readonly random: () => number;
}

export type ProbationState = 'probing' | 'active' | 'resting';

/**
 * Whether fetching ahead is worth it. It begins with a probe; a good one makes it active, and active it stays as long as
 * enough of what is fetched is used. Else it rests, and probes again.
 */
export class Probation {
  readonly #options: ProbationOptions;
  #state: ProbationState = 'probing';
  /** 1 for what was of use, 0 for what was not, the latest last. */
  #outcomes: number[] = [];
  #risked = 0;
  #epoch = 0;
  #restUntil = 0;
  #rests = 0;

  constructor(options: ProbationOptions) {
    this.#options = options;
  }

  get state(): ProbationState {
    if (this.#state === 'resting' && this.#options.now() >= this.#restUntil) this.#begin('probing');
    return this.#state;
  }

  /** The share of the latest fetches that were of use; undefined before any was judged. */
  get hitRate(): number | undefined {
    if (this.#outcomes.length === 0) return undefined;
    return this.#outcomes.reduce((sum, outcome) => sum + outcome, 0) / this.#outcomes.length;
  }

  /** Whether one more may be fetched. */
  get allows(): boolean {
    const { state } = this;
    return state === 'active' || (state === 'probing' && this.#risked < this.#options.probe);
  }

  /** One is fetched; the epoch that it belongs to. */
  issued(): number {
    this.#risked++;
    return this.#epoch;
  }

  /** Nothing can be said of one that was fetched. */
  withdrawn(epoch: number): void {
    if (epoch === this.#epoch) this.#risked--;
  }

  /** What was fetched before the last rest says nothing of the present. */
  judged(outcome: 'used' | 'wasted', epoch: number): void {
    if (this.state === 'resting' || epoch !== this.#epoch) return;
    this.#outcomes.push(outcome === 'used' ? 1 : 0);
    const enough = this.#state === 'active' ? this.#options.sample : this.#options.probe;
    while (this.#outcomes.length > enough) this.#outcomes.shift();
    if (this.#outcomes.length < enough) return;
    if ((this.hitRate ?? 0) < this.#options.floor) this.#rest();
    else if (this.#state === 'probing') this.#activate();
  }

  #activate(): void {
    this.#state = 'active';
    this.#rests = 0;
  }

  #rest(): void {
    const { restMs, maxRestMs, random, now } = this.#options;
    // Spread, so that processes which were started together do not probe together.
    const rest = Math.min(restMs * 2 ** this.#rests++, maxRestMs) * (0.75 + random() / 2);
    this.#restUntil = now() + rest;
    this.#begin('resting');
  }

  #begin(state: ProbationState): void {
    this.#state = state;
    if (state !== 'probing') return;
    this.#epoch++;
    this.#risked = 0;
    this.#outcomes = [];
  }
}

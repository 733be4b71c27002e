import type { LogEntry, LogFollower, LogListener } from '../../src/cache/store/store.js';
import { type Milliseconds, pick } from './seeded.js';

/** What becomes of the log on its way to a follower. Shares are from 0 to 1, each entry by itself. */
export interface LogFaults {
  /** Entries that never arrive. */
  readonly drop?: number;
  /** Entries that arrive after those that came later. */
  readonly reorder?: number;
  /** Entries that arrive twice. */
  readonly duplicate?: number;
  /** How late entries arrive; their order stays. */
  readonly delayMs?: Milliseconds;
  /**
   * A follower that is honest says `lost` before it passes over an entry, and `verified` no earlier than what came
   * before. A silent one breaks the promise of the log: to show that a test would notice.
   * @default 'honest'
   */
  readonly mode?: 'honest' | 'silent';
}

type LogFault = 'drop' | 'reorder' | 'duplicate';

export interface ChaosLogOptions {
  readonly faults: () => LogFaults;
  readonly random: () => number;
  readonly count: (kind: LogFault | 'delay') => void;
}

/** Stands between the log and one follower. */
export class ChaosLog implements LogListener {
  readonly #listener: LogListener;
  readonly #options: ChaosLogOptions;
  /** What is under way, in the order in which it arrives. */
  readonly #underWay: { readonly due: number; readonly pass: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #held: LogEntry[] = [];

  constructor(listener: LogListener, options: ChaosLogOptions) {
    this.#listener = listener;
    this.#options = options;
  }

  told(entries: readonly LogEntry[]): void {
    const { delayMs } = this.#options.faults();
    if (delayMs !== undefined) this.#options.count('delay');
    this.#later(delayMs, () => this.#pass(entries));
  }

  verified(since: number): void {
    const { mode } = this.#options.faults();
    if (mode === 'silent') {
      this.#listener.verified(since);
      return;
    }
    this.#later(undefined, () => {
      this.#passHeld();
      this.#listener.verified(since);
    });
  }

  lost(reason: string): void {
    this.#later(undefined, () => this.#listener.lost(reason));
  }

  follower(follower: LogFollower): LogFollower {
    return {
      close: async () => {
        clearTimeout(this.#timer);
        this.#underWay.length = 0;
        await follower.close();
      },
    };
  }

  #pass(entries: readonly LogEntry[]): void {
    const late = this.#held;
    this.#held = [];
    for (const entry of entries) this.#passOne(entry);
    if (late.length > 0) this.#listener.told(late);
  }

  #passOne(entry: LogEntry): void {
    if (this.#happens('drop')) {
      this.#lose('dropped');
      return;
    }
    if (this.#happens('reorder')) {
      this.#lose('held back');
      this.#held.push(entry);
      return;
    }
    this.#listener.told([entry]);
    if (this.#happens('duplicate')) this.#listener.told([entry]);
  }

  /** What nothing came after is not held back for ever. */
  #passHeld(): void {
    if (this.#held.length > 0) this.#pass([]);
  }

  #lose(how: string): void {
    if (this.#options.faults().mode !== 'silent') this.#listener.lost(`chaos: an entry was ${how}`);
  }

  #happens(kind: LogFault): boolean {
    const share = this.#options.faults()[kind] ?? 0;
    if (share === 0 || this.#options.random() >= share) return false;
    this.#options.count(kind);
    return true;
  }

  #later(delay: Milliseconds | undefined, pass: () => void): void {
    const now = performance.now();
    const wanted = now + (delay === undefined ? 0 : pick(delay, this.#options.random));
    const due = Math.max(wanted, this.#underWay.at(-1)?.due ?? 0);
    this.#underWay.push({ due, pass });
    if (this.#underWay.length === 1) this.#arrive();
  }

  #arrive(): void {
    for (;;) {
      const [first] = this.#underWay;
      if (!first) return;
      const wait = first.due - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#arrive(), Math.ceil(wait));
        return;
      }
      // Out of the queue when it is through: what is told meanwhile comes after it.
      first.pass();
      this.#underWay.shift();
    }
  }
}

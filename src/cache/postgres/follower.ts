import { Wake } from '../../wake/index.js';
import type { LogEntry, LogFollower, LogListener } from '../store/store.js';
import type { LogReader } from './log-reader.js';

/** Milliseconds between two looks when nothing hints. */
const POLL_MS = 200;

/** Reads the log again and again, and tells one listener. A look that fails is repeated: numbers show what was missed. */
export class Follower implements LogFollower {
  readonly #reader: LogReader;
  readonly #listener: LogListener;
  readonly #wake = new Wake();
  #ended: Promise<void> | undefined;
  #isOver = false;

  constructor(reader: LogReader, listener: LogListener) {
    this.#reader = reader;
    this.#listener = listener;
  }

  /** Resolves when it follows, or was closed. */
  start(): Promise<void> {
    return new Promise((follows) => {
      this.#ended = this.#run(follows).finally(follows);
    });
  }

  /** Something was appended, perhaps. */
  hint(): void {
    this.#wake.ring();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.#wake.ring();
    await this.#ended;
  }

  async #run(follows: () => void): Promise<void> {
    while (!this.#isOver) {
      const isBehind = await this.#look().catch(() => undefined);
      if (isBehind !== undefined) follows();
      if (!this.#isOver && !isBehind) await this.#wake.wait(POLL_MS);
    }
  }

  /** Whether there is more to read at once. */
  async #look(): Promise<boolean> {
    const asked = performance.now();
    const { entries, lost, isBehind } = await this.#reader.next();
    if (this.#isOver) return false;
    if (lost !== undefined) this.#listener.lost(lost);
    if (entries.length > 0) this.#tell(entries);
    if (!isBehind) this.#listener.verified(asked);
    return isBehind;
  }

  /** They are not read again: what the listener cannot make sense of is missed. */
  #tell(entries: readonly LogEntry[]): void {
    try {
      this.#listener.told(entries);
    } catch {
      this.#listener.lost('an entry of the log makes no sense');
    }
  }
}

import { Recent } from './recent.js';

interface Seen {
  readonly key: string;
  readonly at: number;
}

/** The key that each session asked for last, of the sessions seen last. */
export class Sessions {
  readonly #windowMs: number;
  readonly #last: Recent<Seen>;

  constructor(max: number, windowMs: number) {
    this.#windowMs = windowMs;
    this.#last = new Recent(max);
  }

  get size(): number {
    return this.#last.size;
  }

  /** Notes the key; the one before it, unless that is the same or longer ago than the window. */
  step(session: string, key: string, now: number): string | undefined {
    const before = this.#last.get(session);
    this.#last.set(session, { key, at: now });
    if (!before || before.key === key || now - before.at > this.#windowMs) return undefined;
    return before.key;
  }

  clear(): void {
    this.#last.clear();
  }
}

/** A time after which a signal aborts; it aborts before if `stopping` does. */
export class TimeLimit {
  readonly signal: AbortSignal;
  /** Rejects when the signal aborts. */
  readonly over: Promise<never>;
  readonly #stopping: AbortSignal;
  readonly #end: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number, stopping: AbortSignal) {
    const ending = new AbortController();
    this.signal = ending.signal;
    this.#stopping = stopping;
    this.over = new Promise((_, reject) => {
      const message = `not done after ${ms} ms, or when the queue closed`;
      ending.signal.addEventListener('abort', () => reject(new Error(message)), { once: true });
    });
    this.over.catch(() => undefined);
    this.#end = () => ending.abort();
    this.#timer = setTimeout(this.#end, ms);
    stopping.addEventListener('abort', this.#end, { once: true });
    if (stopping.aborted) this.#end();
  }

  lift(): void {
    clearTimeout(this.#timer);
    this.#stopping.removeEventListener('abort', this.#end);
  }
}

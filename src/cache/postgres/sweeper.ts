/** So many names written between two sweeps, each of which removes up to twice as many rows: it catches up. */
const WRITES = 500;

/**
 * Has rows that have expired removed, by the number of names that were written: the more there is to forget, the more
 * often. It begins anywhere in the count, so that processes that write little sweep as often in the mean.
 */
export class Sweeper {
  readonly #sweep: (atMost: number) => Promise<unknown>;
  #left = Math.ceil(Math.random() * WRITES);
  #sweeping: Promise<unknown> | undefined;

  constructor(sweep: (atMost: number) => Promise<unknown>) {
    this.#sweep = sweep;
  }

  /** Nobody waits for a sweep. One that fails comes round again. */
  wrote(names: number): void {
    this.#left -= names;
    if (this.#left > 0 || this.#sweeping) return;
    const atMost = 2 * (WRITES - this.#left);
    this.#left = WRITES;
    this.#sweeping = this.#sweep(atMost)
      .catch(() => undefined)
      .finally(() => {
        this.#sweeping = undefined;
      });
  }

  async settle(): Promise<void> {
    await this.#sweeping;
  }
}

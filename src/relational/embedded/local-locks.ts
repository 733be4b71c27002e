/** Named locks within this process. */
export class LocalLocks {
  readonly #held = new Map<string, AbortController>();

  /** Runs `work` unless someone holds the lock; resolves to whether it ran. */
  async exclusively(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    if (this.#held.has(name)) return false;
    const controller = new AbortController();
    this.#held.set(name, controller);
    try {
      await work(controller.signal);
      return true;
    } finally {
      this.#held.delete(name);
    }
  }

  abort(): void {
    for (const controller of this.#held.values()) controller.abort();
  }
}

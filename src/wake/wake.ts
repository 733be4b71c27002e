/** A bell: `wait` resolves when it rings, at once when it rang unheard, when the time is over, or when the signal aborts. */
export class Wake {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (!this.#rung && !signal?.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        timer.unref();
        this.#wake = wake;
        signal?.addEventListener('abort', wake, { once: true });
      });
    }
    this.#wake = undefined;
    this.#rung = false;
  }
}

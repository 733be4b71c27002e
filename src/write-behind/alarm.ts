/** A clock that one waits for and others set: the earliest time that anyone asked for counts. */
export class Alarm {
  #at = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #hasRung = false;

  /** Rings in `ms`, unless it rings before. */
  setWithin(ms: number): void {
    const at = performance.now() + ms;
    if (this.#hasRung || at >= this.#at) return;
    this.#at = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ring(), ms).unref();
  }

  /** Resolves when it rings, in `ms` at the latest, or when the signal aborts. At once if it rang unheard. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#hasRung && !signal.aborted) {
      const ring = () => this.#ring();
      signal.addEventListener('abort', ring, { once: true });
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.setWithin(ms);
      });
      signal.removeEventListener('abort', ring);
    }
    this.#hasRung = false;
  }

  #ring(): void {
    clearTimeout(this.#timer);
    this.#at = Number.POSITIVE_INFINITY;
    this.#hasRung = true;
    this.#wake?.();
    this.#wake = undefined;
  }
}

export interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

export async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

/** How long at least one call of a kind was under way, and how many there were. */
export class BusyClock {
  #underWay = 0;
  #since = 0;
  #busyMs = 0;
  #calls = 0;

  get busyMs(): number {
    return this.#busyMs;
  }

  get calls(): number {
    return this.#calls;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#calls++;
    if (this.#underWay++ === 0) this.#since = performance.now();
    try {
      return await work();
    } finally {
      if (--this.#underWay === 0) this.#busyMs += performance.now() - this.#since;
    }
  }
}

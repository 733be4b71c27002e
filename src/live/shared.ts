/** Reads of the same thing at about the same time are one read. What was read is kept a moment, so that those a little behind share it. */
export class Shared<T> {
  readonly #most: number;
  readonly #keptMs: number;
  readonly #reads = new Map<string, Promise<T>>();

  constructor({ most, keptMs }: { readonly most: number; readonly keptMs: number }) {
    this.#most = most;
    this.#keptMs = keptMs;
  }

  read(name: string, how: () => Promise<T>): Promise<T> {
    const known = this.#reads.get(name);
    if (known) return known;
    const read = how();
    this.#keep(name, read);
    return read;
  }

  #keep(name: string, read: Promise<T>): void {
    this.#reads.set(name, read);
    const forget = () => {
      if (this.#reads.get(name) === read) this.#reads.delete(name);
    };
    read.then(() => setTimeout(forget, this.#keptMs).unref(), forget);
    for (const oldest of this.#reads.keys()) {
      if (this.#reads.size <= this.#most) break;
      this.#reads.delete(oldest);
    }
  }
}

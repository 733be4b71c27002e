const MOST = 10_000;

/** What was found a moment ago, so that not each request asks the database. */
export class Recent<T> {
  readonly #forMs: number;
  readonly #values = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  get(name: string): T | undefined {
    const found = this.#values.get(name);
    if (found && found.until > performance.now()) return found.value;
    this.#values.delete(name);
    return undefined;
  }

  /** For the time given from now on; what is remembered already keeps its end. */
  remember(name: string, value: T): void {
    if (this.get(name) !== undefined) return;
    if (this.#values.size >= MOST) this.#values.clear();
    this.#values.set(name, { value, until: performance.now() + this.#forMs });
  }

  forget(name: string): void {
    this.#values.delete(name);
  }
}

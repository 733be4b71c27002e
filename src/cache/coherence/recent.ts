/** So many names are remembered one by one; with more, every fill under way is taken for hit. */
const REMEMBERED = 100_000;

/**
 * What was invalidated while fills are under way, so that a fill that began before never lands. Names are those of keys
 * and of marks. Nothing is remembered while nothing is under way.
 */
export class Recent {
  readonly #at = new Map<string, number>();
  #moment = 0;
  /** Whatever began before this moment is taken for hit. */
  #floor = 0;
  #open = 0;

  /** A fill begins: the moment to ask `touched` about. Ended by `end`. */
  begin(): number {
    this.#open++;
    return this.#moment;
  }

  end(): void {
    this.#open--;
    if (this.#open > 0) return;
    this.#floor = this.#moment;
    this.#at.clear();
  }

  /** The moment of now, for whoever joins a fill under way. */
  get moment(): number {
    return this.#moment;
  }

  note(names: Iterable<string>): void {
    this.#moment++;
    if (this.#open === 0) return;
    for (const name of names) this.#at.set(name, this.#moment);
    if (this.#at.size > REMEMBERED) this.noteAll();
  }

  /** Anything may have been invalidated. */
  noteAll(): void {
    this.#moment++;
    this.#floor = this.#moment;
    this.#at.clear();
  }

  /** Whether one of the names was invalidated after `moment`. */
  touched(names: Iterable<string>, moment: number): boolean {
    if (moment < this.#floor) return true;
    for (const name of names) {
      const at = this.#at.get(name);
      if (at !== undefined && at > moment) return true;
    }
    return false;
  }
}

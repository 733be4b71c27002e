/** A call that is under way. */
export interface Watched {
  /** On the clock of `performance.now()`. */
  readonly due: number;
  expire(): void;
}

/** A timer that fires so much too late tells that this process was busy, not the store. */
const LATE_MS = 5;
/** What the answers then get to come in: where one process was starved, others were too. */
const CATCH_UP_MS = 20;

/**
 * Ends calls that are past their deadline. One timer watches all of them, and is set for the first that is due: a call
 * that is answered in time costs no timer of its own. While nothing is under way none is set anew.
 */
export class Deadlines {
  readonly #calls = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;
  #timerDue = Infinity;
  #immediate: NodeJS.Immediate | undefined;
  #caughtUp = false;

  add(call: Watched): void {
    this.#calls.add(call);
    if (call.due < this.#timerDue) this.#setTimer(call.due);
  }

  remove(call: Watched): void {
    this.#calls.delete(call);
  }

  /** Ends every call that is under way. */
  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timerDue = Infinity;
    const calls = [...this.#calls];
    this.#calls.clear();
    for (const call of calls) call.expire();
  }

  #setTimer(due: number): void {
    clearTimeout(this.#timer);
    this.#timerDue = due;
    this.#timer = setTimeout(this.#fire, Math.max(1, due - performance.now())).unref();
  }

  readonly #fire = (): void => {
    const now = performance.now();
    if (now - this.#timerDue > LATE_MS && !this.#caughtUp) {
      this.#caughtUp = true;
      this.#setTimer(now + CATCH_UP_MS);
      return;
    }
    this.#caughtUp = false;
    // Answers that have arrived are read between timers and immediates.
    this.#immediate = setImmediate(() => this.#judge(now));
  };

  /** Ends what was due before the sockets were last read. */
  #judge(readAfter: number): void {
    this.#timerDue = Infinity;
    let next = Infinity;
    for (const call of this.#calls) {
      if (call.due > readAfter) next = Math.min(next, call.due);
      else {
        this.#calls.delete(call);
        call.expire();
      }
    }
    if (next < this.#timerDue) this.#setTimer(next);
  }
}

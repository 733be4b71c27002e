interface Waiter<T> {
  readonly accept: (value: T) => void;
  readonly refuse: (error: Error) => void;
}

/** Callers that wait, each with a deadline of its own, for something that comes to all of them at once. */
export class Waiting<T> {
  readonly #waiters = new Set<Waiter<T>>();

  /** @throws what `late` makes when nothing has come in `timeoutMs`, where these are given */
  wait(timeoutMs?: number, late?: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter<T> = {
        accept: (value) => {
          finish();
          resolve(value);
        },
        refuse: (error) => {
          finish();
          reject(error);
        },
      };
      const timer = late && setTimeout(() => waiter.refuse(late()), timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  settle(value: T): void {
    for (const waiter of this.#waiters) waiter.accept(value);
  }

  fail(error: Error): void {
    for (const waiter of this.#waiters) waiter.refuse(error);
  }
}

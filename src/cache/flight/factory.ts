import { AquiferError } from '../../errors/index.js';

export interface FactoryContext {
  /** Aborts when nobody waits for the value any more. */
  readonly signal: AbortSignal;
}

/** Makes a value that is not cached. `undefined` means that there is none to cache. */
export type Factory<T> = (context: FactoryContext) => T | Promise<T>;

/** Makes a signal only for those who look at it. */
class LazyContext implements FactoryContext {
  #controller: AbortController | undefined;
  #aborted = false;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort();
  }
}

/** @throws AQF_CACHE_TIMEOUT after `hardMs`; what the factory throws */
export async function callFactory<T>(factory: Factory<T>, hardMs: number): Promise<T> {
  const context = new LazyContext();
  const made = factory(context);
  if (!isThenable(made)) return made;
  return withDeadline(Promise.resolve(made), hardMs, () => {
    context.abort();
    throw new AquiferError('AQF_CACHE_TIMEOUT', `Filling the cache took longer than ${hardMs} ms.`);
  });
}

/** Queries of many libraries are no promises, but can be awaited. */
function isThenable<T>(made: T | Promise<T>): made is Promise<T> {
  return typeof (made as { then?: unknown } | null | undefined)?.then === 'function';
}

/** With more than this, some 24 days, timers of Node go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What `promise` resolves to; after `ms`, which may be Infinity, what `late` returns or throws. */
export function withDeadline<T>(promise: Promise<T>, ms: number, late: () => T): Promise<T> {
  if (ms > LONGEST_TIMER_MS) return promise;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    }, ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

import type { KeyringLife } from './keyring.js';

/** How long keys that were read may be used: for `ttlMs`, and not beyond the destruction of their tenant's. */
export class Lifetimes {
  readonly #ttlMs: number;
  readonly #now: () => number;
  readonly #destroyedAt = new Map<string, number>();
  #closed = false;

  constructor(ttlMs: number, now: () => number) {
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  /** A life that begins now. Begin it before the keys are read, so that what happens meanwhile ends it. */
  begin(tenantId: string): KeyringLife & { readonly age: number } {
    const lifetimes = this;
    const born = this.#now();
    return {
      get age() {
        return lifetimes.#now() - born;
      },
      get state() {
        return lifetimes.#stateOf(tenantId, born);
      },
    };
  }

  destroyed(tenantId: string): void {
    const now = this.#now();
    // What was read before an entry that old has expired by itself.
    for (const [known, at] of this.#destroyedAt) {
      if (now - at > this.#ttlMs) this.#destroyedAt.delete(known);
    }
    this.#destroyedAt.set(tenantId, now);
  }

  close(): void {
    this.#closed = true;
  }

  #stateOf(tenantId: string, born: number): KeyringLife['state'] {
    if (this.#closed) return 'closed';
    if ((this.#destroyedAt.get(tenantId) ?? Number.NEGATIVE_INFINITY) >= born) return 'destroyed';
    return this.#now() - born < this.#ttlMs ? 'alive' : 'expired';
  }
}

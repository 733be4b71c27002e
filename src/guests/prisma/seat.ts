import { AquiferError } from '../../errors/index.js';
import type { GuestScope, ScopeSource } from '../host.js';
import type { ExtensibleClient } from './clients.js';

interface Operation {
  readonly args: unknown;
  readonly query: (args: unknown) => Promise<unknown>;
}

/** One client, and the scope that has it at the moment. */
export class Seat<C extends ExtensibleClient> {
  readonly #client: C;
  #scope: GuestScope | undefined;

  constructor(create: (source: ScopeSource) => C) {
    this.#client = create(() => {
      if (this.#scope) return this.#scope;
      throw new AquiferError('AQF_SCOPE_MISSING', 'This Prisma client is in no scope at the moment.');
    });
  }

  /** Calls that `work` forgot to await are waited for, so that none of them runs in the next scope. */
  async serve<T>(scope: GuestScope, work: (client: C) => Promise<T>): Promise<T> {
    const lease = new Lease();
    this.#scope = scope;
    try {
      return await work(lease.of(this.#client));
    } finally {
      await lease.end();
      this.#scope = undefined;
    }
  }

  close(): Promise<void> {
    return this.#client.$disconnect();
  }
}

/** The time for which a scope has a client. */
class Lease {
  readonly #running = new Set<Promise<unknown>>();
  #isOver = false;

  /** The client for this time: a view of it that costs next to nothing to make. */
  of<C extends ExtensibleClient>(client: C): C {
    const extension = { query: { $allOperations: (operation: Operation) => this.#run(operation) } };
    return client.$extends(extension as never) as C;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled(this.#running);
  }

  #run({ args, query }: Operation): Promise<unknown> {
    if (this.#isOver) {
      const message = 'The scope that had this Prisma client is done with it.';
      throw new AquiferError('AQF_SCOPE_MISSING', message);
    }
    const running = Promise.resolve(query(args)).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }
}

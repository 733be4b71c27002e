import { ConnectionLostError, type RelationalProvider } from '../../src/relational/index.js';

/** A provider that can be cut off from its database for a while: its statements fail then. */
export class SleepingProvider {
  /** Statements that failed so far. */
  refused = 0;
  readonly relational: RelationalProvider;
  #isAsleep = false;

  constructor(provider: RelationalProvider) {
    this.relational = {
      kind: provider.kind,
      query: (...args) => {
        this.#check();
        return provider.query(...args);
      },
      queryRaw: (...args) => provider.queryRaw(...args),
      transaction: (...args) => provider.transaction(...args),
      exclusively: (...args) => provider.exclusively(...args),
      listen: (...args) => provider.listen(...args),
      pool: () => provider.pool(),
      isAvailable: () => provider.isAvailable(),
      health: () => provider.health(),
      close: () => provider.close(),
    };
  }

  async asleep(work: () => Promise<void>): Promise<void> {
    this.#isAsleep = true;
    try {
      await work();
    } finally {
      this.#isAsleep = false;
    }
  }

  #check(): void {
    if (!this.#isAsleep) return;
    this.refused++;
    throw new ConnectionLostError('AQF_DATABASE_UNAVAILABLE', 'asleep');
  }
}

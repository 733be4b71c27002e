import { AquiferError } from '../../errors/index.js';
import type { RelationalProvider, Row, Statement, SystemContext } from '../../relational/index.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'cache' };

/** The statements of one store, until it is closed. */
export class Database {
  readonly #relational: RelationalProvider;
  #isClosed = false;

  constructor(relational: RelationalProvider) {
    this.#relational = relational;
  }

  /** Never by a replica: what it has is late, and it has nothing of tables that are not logged. */
  async ask<R extends Row>(
    { name, text }: Pick<Statement, 'name' | 'text'>,
    values: readonly unknown[],
  ): Promise<R[]> {
    this.assertOpen();
    const statement = name === undefined ? { text, values } : { name, text, values };
    return (await this.#relational.query<R>(CONTEXT, statement)).rows;
  }

  /** Calls `heard` when another process has appended to a log, perhaps. */
  async listen(heard: () => void): Promise<() => Promise<void>> {
    // The embedded database has no other processes, and tells of every commit: of each look at the log, too.
    if (this.#relational.kind === 'embedded') return async () => undefined;
    const stop = await this.#relational.listen('aquifer_cache', heard);
    return stop ?? (async () => undefined);
  }

  /** @throws AQF_LAYER_CLOSED */
  assertOpen(): void {
    if (this.#isClosed) throw new AquiferError('AQF_LAYER_CLOSED', 'The cache store is closed.');
  }

  close(): void {
    this.#isClosed = true;
  }
}

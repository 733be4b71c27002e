import { openPostgresStore } from '../../src/cache/postgres/index.js';
import type { CacheStore } from '../../src/cache/store/store.js';
import { OWNER, type RelationalProvider, type Row } from '../../src/relational/index.js';
import type { OpenedDatabase } from '../support/each-database.js';

/** Stores on one database, each on a provider of its own where several may be open, as processes would have them. */
export class PostgresStores {
  readonly #database: OpenedDatabase;
  readonly #others: RelationalProvider[] = [];

  constructor(database: OpenedDatabase) {
    this.#database = database;
  }

  readonly open = async (prefix = ''): Promise<CacheStore> => {
    const other = await this.#database.another?.();
    if (other) this.#others.push(other);
    return openPostgresStore({ relational: other ?? this.#database.provider, prefix });
  };

  /** Rows of a statement, as the owner. */
  async sql<R extends Row>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return (await this.#database.provider.query<R>(OWNER, { text, values })).rows;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#others.map((provider) => provider.close()));
    await this.#database.dispose();
  }
}

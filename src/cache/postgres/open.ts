import { AquiferError } from '../../errors/index.js';
import type { RelationalProvider } from '../../relational/index.js';
import type { CacheStore } from '../store/store.js';
import { Database } from './database.js';
import { PostgresStore } from './store.js';

export interface PostgresStoreOptions {
  /** A migrated database. It stays open when the store is closed. */
  readonly relational: RelationalProvider;
  /**
   * Tells apart caches that share a database: letters, digits, `.`, `:`, `_` and `-`, at most 64.
   * @default ''
   */
  readonly prefix?: string;
}

/** A shared tier in tables of a PostgreSQL, the embedded one too. @throws AQF_ARGUMENT_INVALID for such a prefix */
export function openPostgresStore({ relational, prefix = '' }: PostgresStoreOptions): CacheStore {
  if (!/^[\w.:-]{0,64}$/.test(prefix)) {
    const message = 'The prefix of a cache store is at most 64 letters, digits and any of . : _ -';
    throw new AquiferError('AQF_ARGUMENT_INVALID', message, { facts: { prefix } });
  }
  return new PostgresStore(new Database(relational), prefix);
}

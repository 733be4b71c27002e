import { describe } from 'vitest';
import type { RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { openMigrated } from './embedded.js';
import { createMigratedDatabase, openTestPostgres } from './postgres.js';
import { makeTempDir, removeTempDir } from './temp-dir.js';

export interface OpenedDatabase {
  readonly provider: RelationalProvider;
  /** Of the server; undefined where there is none. */
  readonly url?: string;
  /** A second, independent opener of the same database; absent where only one may be open. */
  readonly another?: () => Promise<RelationalProvider>;
  /** Closes the provider and removes the database. */
  dispose(): Promise<void>;
}

/** Runs the same tests on an embedded database and, where the service is there, on a real server. */
export async function describeOnEachDatabase(
  title: string,
  tests: (open: () => Promise<OpenedDatabase>, kind: 'embedded' | 'postgres') => void,
): Promise<void> {
  const hasServer = await serviceAvailable('postgres');
  describe(`${title} (embedded)`, () => tests(openEmbeddedDatabase, 'embedded'));
  describe.skipIf(!hasServer)(`${title} (postgres)`, () => tests(openServerDatabase, 'postgres'));
}

async function openEmbeddedDatabase(): Promise<OpenedDatabase> {
  const folder = makeTempDir();
  const provider = await openMigrated(folder);
  return {
    provider,
    dispose: async () => {
      await provider.close();
      await removeTempDir(folder);
    },
  };
}

async function openServerDatabase(): Promise<OpenedDatabase> {
  const database = await createMigratedDatabase();
  const provider = await openTestPostgres(database);
  return {
    provider,
    url: database.url,
    another: () => openTestPostgres(database),
    dispose: async () => {
      await provider.close();
      await database.drop();
    },
  };
}

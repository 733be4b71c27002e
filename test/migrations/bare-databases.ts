import { describe } from 'vitest';
import { openEmbedded } from '../../src/relational/embedded/provider.js';
import type { RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, openTestPostgres } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

export interface BareDatabase {
  readonly provider: RelationalProvider;
  dispose(): Promise<void>;
}

/** Runs the same tests on databases that hold nothing yet: embedded and, where the service is there, on a server. */
export async function describeOnBareDatabases(
  title: string,
  tests: (open: () => Promise<BareDatabase>) => void,
): Promise<void> {
  const hasServer = await serviceAvailable('postgres');
  describe(`${title} (embedded)`, () => tests(openEmbeddedDatabase));
  describe.skipIf(!hasServer)(`${title} (postgres)`, () => tests(openServerDatabase));
}

async function openEmbeddedDatabase(): Promise<BareDatabase> {
  const folder = makeTempDir();
  const provider = await openEmbedded({ dataDir: folder });
  return {
    provider,
    dispose: async () => {
      await provider.close();
      await removeTempDir(folder);
    },
  };
}

async function openServerDatabase(): Promise<BareDatabase> {
  const database = await createTestDatabase();
  const provider = await openTestPostgres(database);
  return {
    provider,
    dispose: async () => {
      await provider.close();
      await database.drop();
    },
  };
}

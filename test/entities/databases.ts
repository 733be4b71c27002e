import { afterAll, beforeAll, describe } from 'vitest';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { openMigrated } from '../support/embedded.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

/** Gives the provider of the database that the tests at hand run on; only within tests and hooks. */
export type ProviderOf = () => RelationalProvider;

/** Runs the same tests on the embedded database and on a real PostgreSQL, each on a migrated database of its own. */
export async function onEveryDatabase(suite: (provider: ProviderOf) => void): Promise<void> {
  describe('on the embedded database', () => {
    const folder = makeTempDir();
    withProvider(
      () => openMigrated(folder),
      () => removeTempDir(folder),
      suite,
    );
  });
  const available = await serviceAvailable('postgres');
  describe.skipIf(!available)('on a real PostgreSQL', () => {
    let database: TestDatabase;
    const open = async () => {
      database = await createTestDatabase();
      const provider = await openTestPostgres(database);
      await migrate(provider);
      return provider;
    };
    withProvider(open, () => database.drop(), suite);
  });
}

function withProvider(
  open: () => Promise<RelationalProvider>,
  remove: () => Promise<void>,
  suite: (provider: ProviderOf) => void,
): void {
  let provider: RelationalProvider;
  beforeAll(async () => {
    provider = await open();
  });
  afterAll(async () => {
    await provider.close();
    await remove();
  });
  suite(() => provider);
}

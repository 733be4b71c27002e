import { afterAll, beforeAll, describe } from 'vitest';
import type { RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { startDataApi } from '../support/data-api/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { createMigratedDatabase } from '../support/postgres.js';

/** Gives the provider of the database that the tests at hand run on; only within tests and hooks. */
export type ProviderOf = () => RelationalProvider;
type Suite = (provider: ProviderOf) => void;

/** Runs the same tests on the embedded database and on a server, each migrated and of its own. */
export function onBothDatabases(suite: Suite): Promise<void> {
  return describeOnEachDatabase('entities', (open) => withProvider(open, suite));
}

/** The same, and through the Data API, where values travel otherwise. */
export async function onEveryDatabase(suite: Suite): Promise<void> {
  await onBothDatabases(suite);
  const available = await serviceAvailable('postgres');
  describe.skipIf(!available)('entities (Data API)', () => withProvider(openDataApi, suite));
}

function withProvider(open: () => Promise<OpenedDatabase>, suite: Suite): void {
  let opened: OpenedDatabase;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());
  suite(() => opened.provider);
}

async function openDataApi(): Promise<OpenedDatabase> {
  const stack = await startDataApi({}, createMigratedDatabase);
  const provider = await stack.open();
  return {
    provider,
    dispose: async () => {
      await provider.close();
      await stack.close();
    },
  };
}

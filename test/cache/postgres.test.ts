import { afterAll, beforeAll, describe } from 'vitest';
import { openPostgresStore } from '../../src/cache/postgres/index.js';
import { cacheStoreConformance } from '../../src/testing/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

await describeOnEachDatabase('the cache in PostgreSQL', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  describe('', () =>
    cacheStoreConformance('postgres', async () => openPostgresStore({ relational: database.provider })));
});

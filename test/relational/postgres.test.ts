import { afterAll, describe, expect, test } from 'vitest';
import { relationalConformance } from '../../src/relational/conformance.js';
import { openPostgres } from '../../src/relational/postgres/provider.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, openTestPostgres, TEST_POOL, type TestDatabase } from '../support/postgres.js';

const available = await serviceAvailable('postgres');

describe.skipIf(!available)('on a real PostgreSQL', () => {
  const databases: TestDatabase[] = [];
  afterAll(async () => {
    for (const database of databases) await database.drop();
  });

  relationalConformance('postgres', async () => {
    const database = await createTestDatabase();
    databases.push(database);
    return openTestPostgres(database);
  });
});

test('a server that does not answer is an error that says so, without the password', async () => {
  const opening = openPostgres({ url: 'postgres://app:hunter2@127.0.0.1:1/app', pool: TEST_POOL });
  const error = await opening.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'AQF_DATABASE_UNAVAILABLE' });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

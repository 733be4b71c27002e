import { afterAll, describe, expect, test } from 'vitest';
import { relationalConformance } from '../../src/relational/conformance.js';
import { OWNER } from '../../src/relational/context.js';
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

  test('a connection lost in the middle of a transaction fails this transaction and nothing else', async () => {
    const database = await createTestDatabase();
    databases.push(database);
    const provider = await openTestPostgres(database);
    const lost = provider.transaction(OWNER, async (tx) => {
      const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await provider.transaction(OWNER, async (other) => {
        await other.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
      });
      await provider.health(); // a round trip, in which the end of the connection arrives
      await tx.query('select 1');
    });
    await expect(lost).rejects.toMatchObject({ code: 'AQF_CONNECTION_LOST', status: 503 });
    expect(await provider.health()).toMatchObject({ status: 'up' });
    await provider.close();
  });
});

test('a server that does not answer is an error that says so, without the password', async () => {
  const opening = openPostgres({ url: 'postgres://app:hunter2@127.0.0.1:1/app', pool: TEST_POOL });
  const error = await opening.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'AQF_DATABASE_UNAVAILABLE' });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

import { afterAll, beforeAll, describe } from 'vitest';
import { openPostgresStore } from '../../src/cache/postgres/index.js';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { openPostgres } from '../../src/relational/postgres/provider.js';
import { cacheStoreConformance } from '../../src/testing/index.js';
import { serviceAvailable } from '../services/services.js';
import { type Pgbouncer, pgbouncerAvailable, startPgbouncer } from '../support/pgbouncer.js';
import { createTestDatabase, openTestPostgres, TEST_POOL, type TestDatabase } from '../support/postgres.js';

const available = (await serviceAvailable('postgres')) && pgbouncerAvailable();

describe.skipIf(!available)('the cache in PostgreSQL, through a PgBouncer in transaction mode', () => {
  let bouncer: Pgbouncer;
  let database: TestDatabase;
  const providers: RelationalProvider[] = [];
  beforeAll(async () => {
    bouncer = await startPgbouncer(0);
    database = await createTestDatabase();
    const direct = await openTestPostgres(database);
    await migrate(direct);
    await direct.close();
  });
  afterAll(async () => {
    await Promise.all(providers.map((provider) => provider.close()));
    await bouncer.stop();
    await database.drop();
  });

  cacheStoreConformance('postgres behind PgBouncer', async () => {
    const url = bouncer.url(new URL(database.url).pathname.slice(1));
    const relational = await openPostgres({ url, pool: TEST_POOL });
    providers.push(relational);
    return openPostgresStore({ relational });
  });
});

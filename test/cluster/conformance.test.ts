import { afterAll, describe } from 'vitest';
import { openCluster } from '../../src/relational/cluster/provider.js';
import { relationalConformance } from '../../src/relational/conformance.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { createTestDatabase, TEST_POOL, type TestDatabase } from '../support/postgres.js';

const available = (await serviceAvailable('postgres')) && (await serviceAvailable('postgres-standby'));

describe.skipIf(!available)('on a real primary and its hot standby', () => {
  const databases: TestDatabase[] = [];
  afterAll(async () => {
    for (const database of databases) await database.drop();
  });

  relationalConformance('cluster', async () => {
    const database = await createTestDatabase();
    databases.push(database);
    const standby = new URL(serviceUrl('postgres-standby'));
    standby.pathname = new URL(database.url).pathname;
    return openCluster({ urls: [standby.href, database.url], pool: TEST_POOL });
  });
});

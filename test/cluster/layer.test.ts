import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { openRelational } from '../../src/layer/providers.js';
import type { RelationalCluster } from '../../src/relational/cluster/provider.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { eventually } from '../support/cluster.js';
import { createTestDatabase } from '../support/postgres.js';
import { tempDir } from '../support/temp-dir.js';

const available = (await serviceAvailable('postgres')) && (await serviceAvailable('postgres-standby'));

const load = (env: Record<string, string>) => loadConfig({ env, cwd: tempDir() });

test.skipIf(!available)('hosts beside a database URL make a cluster of them', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const standby = new URL(serviceUrl('postgres-standby')).host;
  const config = await load({ DATABASE_URL: database.url, AQUIFER_RELATIONAL_HOSTS: standby });
  const provider = (await openRelational(config.values)) as RelationalCluster;
  onTestFinished(() => provider.close());
  // A database that was made just now comes to the standby a little later.
  await eventually('the standby is seen', () => provider.servers()[1]?.role === 'replica');
  expect(provider.servers().map(({ host, role }) => [host, role])).toEqual([
    [new URL(database.url).host, 'primary'],
    [standby, 'replica'],
  ]);
});

test('hosts without a database URL are an error, not the embedded database', async () => {
  const config = await load({ AQUIFER_RELATIONAL_HOSTS: 'db2:5432' });
  await expect(openRelational(config.values)).rejects.toMatchObject({ code: 'AQF_CONFIG_INVALID' });
});

test.each(['db2:5432,', 'user:secret@db2', 'db2/shop', ':5432', 'db2:abc', 'db2 db3'])(
  'hosts that are none are refused: %s',
  async (hosts) => {
    const loading = load({ DATABASE_URL: 'postgres://db1/shop', AQUIFER_RELATIONAL_HOSTS: hosts });
    await expect(loading).rejects.toMatchObject({ code: 'AQF_CONFIG_INVALID' });
  },
);

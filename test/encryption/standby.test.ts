import { expect, test } from 'vitest';
import { Encryption } from '../../src/encryption/index.js';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { createTestDatabase, openTestPostgres } from '../support/postgres.js';
import { newKeyFile, newTenant, tenant } from './support.js';

const hasStandby = (await serviceAvailable('postgres')) && (await serviceAvailable('postgres-standby'));

test.skipIf(!hasStandby)('keys are read from a hot standby, where none can be made', async () => {
  const server = await createTestDatabase();
  const primary = await openTestPostgres(server);
  await migrate(primary);
  const provider = await newKeyFile();
  const field = { table: 'app.notes', column: 'body', rowId: '1' };
  const [acme, empty] = [newTenant(), newTenant()];
  const value = await primary.transaction(tenant(acme), async (tx) =>
    (await new Encryption({ provider }).forTenant(tx, acme)).encrypt(field, 'x'),
  );

  const replica = new URL(serviceUrl('postgres-standby'));
  replica.pathname = new URL(server.url).pathname;
  const standby = await openWhenReplayed(replica.href);
  const reading = new Encryption({ provider });
  const cipherOf = (tenantId: string) =>
    standby.transaction(tenant(tenantId), (tx) => reading.forTenant(tx, tenantId), { access: 'read' });
  await expect
    .poll(async () => (await cipherOf(acme).catch(() => undefined))?.decrypt(field, value), {
      timeout: 20_000,
    })
    .toBe('x');
  expect((await cipherOf(empty)).blindIndex(field, 'x')).toHaveLength(22);
  const cipher = await cipherOf(empty);
  expect(() => cipher.encrypt(field, 'x')).toThrow(expect.objectContaining({ code: 'AQF_KEY_UNAVAILABLE' }));
  await standby.close();
  await primary.close();
  await server.drop();
});

/** The database itself has to arrive first. */
async function openWhenReplayed(url: string): Promise<RelationalProvider> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      return await openTestPostgres({ url });
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

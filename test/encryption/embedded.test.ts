import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressOf, Encryption, encryptedTables } from '../../src/encryption/index.js';
import { OWNER, type RelationalProvider } from '../../src/relational/index.js';
import { openMigrated } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { newKeyFile, tenant } from './support.js';

const SCHEMA = `
  create schema app;
  grant usage on schema app to aquifer_app, aquifer_system;
  create table app.notes (tenant_id text not null, id integer not null, body text, primary key (tenant_id, id));
  insert into app.notes select 'acme', id, 'note ' || id from generate_series(1, 20) as id;
  select aquifer.adopt('app.notes', encrypted => '{body}');`;

let folder: string;
let database: RelationalProvider;
beforeAll(async () => {
  folder = makeTempDir();
  database = await openMigrated(folder);
  await database.transaction(OWNER, (tx) => tx.execute(SCHEMA));
});
afterAll(async () => {
  await database.close();
  await removeTempDir(folder);
});

test('keys are made, turned and destroyed on the embedded database as on a server', async () => {
  const encryption = new Encryption({ provider: await newKeyFile() });
  const tables = await database.transaction(OWNER, encryptedTables);
  expect(await encryption.reencrypt(database, 'acme', tables)).toMatchObject({ version: 1, rewritten: 20 });
  await encryption.rotate(database, 'acme', { leadMs: 0 });
  const outcome = await encryption.reencrypt(database, 'acme', tables, { batchRows: 6 });
  expect(outcome).toEqual({ version: 2, rewritten: 20, unreadable: [], retired: [1] });

  const field = { table: tables.map(addressOf).join(), column: 'body', rowId: '7' };
  const { cipher, body } = await database.transaction(tenant('acme'), async (tx) => {
    const { rows } = await tx.query<{ body: string }>('select body from app.notes where id = 7');
    return { cipher: await encryption.forTenant(tx, 'acme'), body: rows[0]?.body as string };
  });
  expect(cipher.decrypt(field, body)).toBe('note 7');
  expect(await encryption.destroyTenantKeys(database, 'acme')).toBe(3);
  expect(() => cipher.decrypt(field, body)).toThrow(expect.objectContaining({ code: 'AQF_KEY_DESTROYED' }));
});

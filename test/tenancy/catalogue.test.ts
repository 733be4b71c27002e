import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNER, type RelationalProvider, type Row } from '../../src/relational/index.js';
import { openMigrated } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

/** Reads the catalogue itself, so that a table added next year cannot be forgotten. */
const TENANT_TABLES = `
  select c.oid, c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
  where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`;

/** Partitions are guarded through their parent: no role has a right on them. */
const POLICIES = `
  select polname as name, pg_get_expr(polqual, polrelid) as using, pg_get_expr(polwithcheck, polrelid) as check
  from pg_policy where polpermissive and polrelid = $1::oid and 'aquifer_app'::regrole = any (polroles) or polpermissive and polrelid = $1::oid and polroles = '{0}'`;

const RIGHTS = `select privilege_type as right, grantee from information_schema.role_table_grants
  where table_schema = 'aquifer' and table_name = $1 and grantee in ('aquifer_app', 'PUBLIC')`;

const LEDGERS = ['audit_seals', 'changes'];

const LEADING_INDEX = `
  select 1 from pg_index i
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = $1::oid and a.attname = 'tenant_id' and i.indpred is null`;

const LEAKING_KEYS = `
  select conname as name from pg_constraint k
  where k.conrelid = $1::oid and k.contype in ('p', 'u', 'f')
    and not exists (select from pg_attribute a
                    where a.attrelid = k.conrelid and a.attname = 'tenant_id' and a.attnum = any (k.conkey))`;

describe('every table with a tenant_id', () => {
  let folder: string;
  let provider: RelationalProvider;
  beforeAll(async () => {
    folder = makeTempDir();
    provider = await openMigrated(folder);
  });
  afterAll(async () => {
    await provider.close();
    await removeTempDir(folder);
  });
  const ask = <R extends Row>(sql: string, params: unknown[] = []) =>
    provider.transaction(OWNER, async (tx) => (await tx.query<R>(sql, params)).rows);
  const tables = () => ask<{ oid: number; name: string; enabled: boolean; forced: boolean }>(TENANT_TABLES);

  test('is found by this test', async () => {
    const names = (await tables()).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'documents',
        'chunks',
        'vectors',
        'vector_records',
        'collections',
        'lexical_postings',
      ]),
    );
  });

  test('has row-level security enabled and forced', async () => {
    const open = (await tables()).filter(({ enabled, forced }) => !enabled || !forced);
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  test('has one policy for the application, on the tenant of the transaction', async () => {
    for (const { oid, name } of await tables()) {
      const policies = await ask<{ using: string; check: string | null }>(POLICIES, [oid]);
      expect(policies, name).toHaveLength(1);
      expect(policies[0]?.using, name).toMatch(/tenant_id.*aquifer\.current_tenant\(\)/);
      if (LEDGERS.includes(name)) continue;
      expect(policies[0]?.check, name).toMatch(/tenant_id.*aquifer\.current_tenant\(\)/);
    }
  });

  test('that is a ledger can be read by the application, and written by triggers only', async () => {
    for (const ledger of LEDGERS) {
      expect(await ask(RIGHTS, [ledger]), ledger).toEqual([{ right: 'SELECT', grantee: 'aquifer_app' }]);
    }
  });

  test('has partitions that are reached through it alone', async () => {
    const partitions = await ask<{ name: string; enabled: boolean }>(
      `select relname as name, relrowsecurity and relforcerowsecurity as enabled from pg_class
       where relispartition and relkind = 'r' and relnamespace = 'aquifer'::regnamespace`,
    );
    expect(partitions.length).toBeGreaterThan(3);
    for (const { name, enabled } of partitions) {
      expect(enabled, name).toBe(true);
      expect(await ask(RIGHTS, [name]), name).toEqual([]);
    }
  });

  test('has an index that the tenant leads', async () => {
    for (const { oid, name } of await tables()) {
      expect(await ask(LEADING_INDEX, [oid]), name).not.toHaveLength(0);
    }
  });

  test('has the tenant in every key, so that no key reveals or reaches another tenant', async () => {
    for (const { oid, name } of await tables()) {
      expect(await ask(LEAKING_KEYS, [oid]), name).toEqual([]);
    }
  });

  test('is closed to the application role when no tenant is set', async () => {
    for (const { name } of await tables()) {
      const reading = provider.transaction(OWNER, async (tx) => {
        await tx.query('set local role aquifer_app');
        // Of some tables not every column may be read.
        return tx.query(`select tenant_id from aquifer.${name}`);
      });
      await expect(reading, name).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING' });
    }
  });

  test('is served by a role that cannot bypass row-level security and owns nothing', async () => {
    const [role] = await ask<Row>(
      `select rolsuper, rolbypassrls, rolcanlogin, rolcreaterole,
              (select count(*)::integer from pg_class where relowner = pg_roles.oid) as owned
       from pg_roles where rolname = 'aquifer_app'`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcanlogin: false,
      rolcreaterole: false,
      owned: 0,
    });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNER, type TenantContext } from './context.js';
import { migrate, readMigrations } from './migrations/index.js';
import type { RelationalProvider } from './provider.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme', actorId: 'ann', roles: ['editor', 'reader'] };
const RIVAL: TenantContext = { kind: 'tenant', tenantId: 'rival' };
const INSERT = `
  insert into aquifer.documents (source, title, format, content, source_hash, recipe_hash, source_bytes)
  values ($1, $1, 'text', '', '', '', 0)`;
const SOURCES = 'select source from aquifer.documents order by source';

/**
 * What every relational provider must do. `open` gives a provider on an empty database; the suite migrates
 * and closes it.
 */
export function relationalConformance(name: string, open: () => Promise<RelationalProvider>): void {
  describe(`relational provider: ${name}`, () => {
    let provider: RelationalProvider;
    beforeAll(async () => {
      provider = await open();
      await migrate(provider);
    });
    afterAll(() => provider.close());

    const sources = async (context: TenantContext) =>
      (await provider.transaction(context, (tx) => tx.query(SOURCES))).rows.map(({ source }) => source);

    test('has every migration applied, once', async () => {
      expect(await migrate(provider)).toEqual([]);
      const { rows } = await provider.transaction(OWNER, (tx) =>
        tx.query('select version from aquifer.migrations'),
      );
      expect(rows).toHaveLength((await readMigrations()).length);
    });

    test('refuses a migration that was edited after it was applied', async () => {
      const edited = (await readMigrations()).map((migration) => ({ ...migration, checksum: 'other' }));
      await expect(migrate(provider, edited)).rejects.toMatchObject({ code: 'AQF_MIGRATION_CHANGED' });
    });

    test('applies all migrations or none', async () => {
      const known = await readMigrations();
      const next = { version: 9998, name: 'good', checksum: 'a', sql: 'create table aquifer.half ()' };
      const broken = { version: 9999, name: 'broken', checksum: 'b', sql: 'create tabel aquifer.other ()' };
      await expect(migrate(provider, [...known, next, broken])).rejects.toMatchObject({
        code: 'AQF_MIGRATION_FAILED',
      });
      const { rows } = await provider.transaction(OWNER, (tx) =>
        tx.query(`select to_regclass('aquifer.half') as half`),
      );
      expect(rows).toEqual([{ half: null }]);
    });

    test('runs tenant work as the application role, with the settings of the scope', async () => {
      const { rows } = await provider.transaction(ACME, (tx) =>
        tx.query(`select current_user::text as role, aquifer.current_tenant() as tenant, aquifer.current_actor() as actor,
                         current_setting('aquifer.roles') as roles`),
      );
      expect(rows).toEqual([{ role: 'aquifer_app', tenant: 'acme', actor: 'ann', roles: 'editor,reader' }]);
    });

    test('leaves no setting behind for the next transaction', async () => {
      await provider.transaction(ACME, (tx) => tx.query('select 1'));
      const bare = provider.transaction(OWNER, (tx) => tx.query('select aquifer.current_tenant()'));
      await expect(bare).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING', facts: { sqlstate: 'AQ001' } });
    });

    test('shows a tenant its own rows and no others', async () => {
      await provider.transaction(ACME, (tx) => tx.query(INSERT, ['ours']));
      await provider.transaction(RIVAL, (tx) => tx.query(INSERT, ['theirs']));
      expect(await sources(ACME)).toContain('ours');
      expect(await sources(ACME)).not.toContain('theirs');
      expect(await sources(RIVAL)).toEqual(['theirs']);
    });

    test('refuses a row written for another tenant', async () => {
      const forged = provider.transaction(ACME, (tx) =>
        tx.query(
          `insert into aquifer.documents (tenant_id, source, title, format, content, source_hash, recipe_hash, source_bytes)
           values ('rival', 'forged', '', '', '', '', '', 0)`,
        ),
      );
      await expect(forged).rejects.toMatchObject({
        code: 'AQF_PERMISSION_DENIED',
        facts: { sqlstate: '42501' },
      });
    });

    test('commits when the work resolves and rolls back when it rejects', async () => {
      await provider.transaction(ACME, (tx) => tx.query(INSERT, ['kept']));
      const failing = provider.transaction(ACME, async (tx) => {
        await tx.query(INSERT, ['lost']);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await sources(ACME)).toContain('kept');
      expect(await sources(ACME)).not.toContain('lost');
    });

    test('goes on after a statement that failed', async () => {
      const broken = provider.transaction(ACME, (tx) => tx.query('select * from nowhere'));
      await expect(broken).rejects.toMatchObject({ code: 'AQF_QUERY_FAILED', facts: { sqlstate: '42P01' } });
      expect(await sources(RIVAL)).toEqual(['theirs']);
    });

    test('keeps transactions apart that run at the same time', async () => {
      const contexts = Array.from({ length: 20 }, (_, index) => ({
        kind: 'tenant' as const,
        tenantId: `t${index}`,
      }));
      const tenants = await Promise.all(
        contexts.map((context) =>
          provider.transaction(context, async (tx) => {
            await tx.query('select 1');
            return (await tx.query<{ tenant: string }>('select aquifer.current_tenant() as tenant')).rows[0]
              ?.tenant;
          }),
        ),
      );
      expect(tenants).toEqual(contexts.map(({ tenantId }) => tenantId));
    });

    test('binds parameters, whatever they contain', async () => {
      const hostile = `'; drop table aquifer.documents; --`;
      await provider.transaction(RIVAL, (tx) => tx.query(INSERT, [hostile]));
      expect(await sources(RIVAL)).toEqual(expect.arrayContaining([hostile, 'theirs']));
    });

    test('says nothing of the values of a row that broke a constraint', async () => {
      const twice = provider.transaction(ACME, (tx) => tx.query(INSERT, ['ours']));
      const error = await twice.catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        facts: { sqlstate: '23505', constraint: 'documents_tenant_id_source_key' },
      });
      expect(JSON.stringify(error)).not.toContain('acme');
    });

    test('tells its health', async () => {
      const health = await provider.health();
      expect(health).toMatchObject({ status: 'up', timestamp: expect.any(Date) });
      expect(health.responseTime).toBeGreaterThan(0);
    });

    test('refuses work after it was closed, and closes twice without harm', async () => {
      const other = await open();
      await other.close();
      await other.close();
      await expect(other.transaction(OWNER, (tx) => tx.query('select 1'))).rejects.toMatchObject({
        code: 'AQF_LAYER_CLOSED',
      });
      expect((await other.health()).status).toBe('down');
    });
  });
}

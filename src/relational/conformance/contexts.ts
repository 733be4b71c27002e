import { expect, test } from 'vitest';
import { OWNER, type SystemContext, type TransactionContext } from '../context.js';
import type { RelationalProvider, Row } from '../provider.js';
import { ACME, INSERT_ITEM, itemIds, type Opened, RIVAL } from './fixture.js';

const SYSTEM: SystemContext = { kind: 'system', reason: 'conformance' };
const WHO = `
  select current_user::text as role, current_setting('aquifer.tenant_id', true) as tenant,
         aquifer.current_actor() as actor, current_setting('aquifer.roles', true) as roles`;

type Run = (provider: RelationalProvider, context: TransactionContext, text: string) => Promise<Row[]>;

/** What holds of a context must hold both ways. */
const WAYS: readonly (readonly [way: string, run: Run])[] = [
  ['a statement', async (provider, context, text) => (await provider.query(context, { text })).rows],
  [
    'a transaction',
    (provider, context, text) =>
      provider.transaction(context, async (tx) => {
        await tx.query('select 1');
        return (await tx.query(text)).rows;
      }),
  ],
];

export function contextTests(opened: Opened): void {
  test.each(WAYS)(
    '%s of a tenant runs as the application role, with the settings of the scope',
    async (_, run) => {
      expect(await run(opened(), ACME, WHO)).toEqual([
        { role: 'aquifer_app', tenant: 'acme', actor: 'ann', roles: 'editor,reader' },
      ]);
    },
  );

  test.each(WAYS)(
    '%s across tenants runs as the system role, of no tenant, and states its reason',
    async (_, run) => {
      expect(await run(opened(), SYSTEM, WHO)).toEqual([
        { role: 'aquifer_system', tenant: '', actor: 'system: conformance', roles: '' },
      ]);
    },
  );

  test.each(WAYS)('%s of the owner is of no tenant', async (_, run) => {
    const [row] = await run(opened(), OWNER, WHO);
    expect(['aquifer_app', 'aquifer_system']).not.toContain(row?.role);
    expect(row?.tenant || null).toBeNull();
  });

  test.each(WAYS)('%s leaves no setting behind for the next', async (_, run) => {
    await run(opened(), ACME, WHO);
    const bare = run(opened(), OWNER, 'select aquifer.current_tenant()');
    await expect(bare).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING', facts: { sqlstate: 'AQ001' } });
  });

  test.each(WAYS)('%s sees what the request told of itself', async (_, run) => {
    const request = { requestId: 'r-1', ip: '192.0.2.1', userAgent: `Ann's "browser"` };
    const rows = await run(opened(), { ...ACME, request }, 'select aquifer.current_request() as request');
    expect(rows).toEqual([{ request }]);
  });

  test.each(WAYS)('%s sees the flags of its context and no others', async (_, run) => {
    const flags = `select aquifer.flagged('deleted') as deleted, aquifer.flagged('purge') as purge`;
    expect(await run(opened(), { ...ACME, flags: ['deleted'] }, flags)).toEqual([
      { deleted: true, purge: false },
    ]);
    expect(await run(opened(), ACME, flags)).toEqual([{ deleted: false, purge: false }]);
  });

  test('shows a tenant its own rows and no others, and the system the rows of all', async () => {
    await opened().query(ACME, { text: INSERT_ITEM, values: ['ours'] });
    await opened().query(RIVAL, { text: INSERT_ITEM, values: ['theirs'] });
    expect(await itemIds(opened(), ACME)).toEqual(['ours']);
    expect(await itemIds(opened(), RIVAL)).toEqual(['theirs']);
    expect(await itemIds(opened(), SYSTEM)).toEqual(['ours', 'theirs']);
  });

  test('a named statement obeys the context of each call, however often it was planned', async () => {
    const named = { name: 'conformance_whose', text: 'select id from conformance.items order by id' };
    const seen = async (context: TransactionContext) =>
      (await opened().query<{ id: string }>(context, named)).rows.map(({ id }) => id);
    for (let round = 0; round < 8; round++) {
      expect(await seen(ACME)).toEqual(['ours']);
      expect(await seen(SYSTEM)).toEqual(['ours', 'theirs']);
      expect(await seen(RIVAL)).toEqual(['theirs']);
    }
  });

  test('refuses a row written for another tenant', async () => {
    const text = `insert into conformance.items (tenant_id, id) values ('rival', 'forged')`;
    await expect(opened().query(ACME, { text })).rejects.toMatchObject({
      code: 'AQF_PERMISSION_DENIED',
      facts: { sqlstate: '42501' },
    });
    expect(await itemIds(opened(), RIVAL)).not.toContain('forged');
  });
}

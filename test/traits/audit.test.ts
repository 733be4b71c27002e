import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AuditTrail } from '../../src/audit/index.js';
import { OWNER, type TenantContext } from '../../src/relational/index.js';
import { addThing, freshTenant, makeThings } from '../events/things.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const REQUEST = {
  roles: ['editor'],
  request: { requestId: 'r-1', ip: '192.0.2.7', userAgent: 'tests' },
};

await describeOnEachDatabase('the audit', (open) => {
  let database: OpenedDatabase;
  let acme: TenantContext;
  let audit: AuditTrail;
  beforeAll(async () => {
    database = await open();
    await makeThings(database.provider, `audited => true, versioned => true, encrypted => '{note}'`);
  });
  afterAll(() => database.dispose());
  beforeEach(() => {
    acme = { ...freshTenant(), ...REQUEST };
    audit = new AuditTrail(database.provider, acme);
  });
  /** Tampering, by someone whom no right stops; `mine` stands for the tenant of the test. */
  const asOwner = (sql: string) =>
    database.provider.transaction(OWNER, (tx) =>
      tx.execute(sql.replaceAll('mine', `tenant_id = '${acme.tenantId}'`)),
    );

  test('says who changed what, from where, with the values before and after', async () => {
    const { provider } = database;
    await provider.query(acme, { text: `insert into app.things (id, name) values (1, 'first')` });
    await provider.query(acme, { text: `update app.things set name = 'second' where id = 1` });
    const [update, insert] = await audit.list();
    expect(update).toMatchObject({
      entity: 'things',
      rowId: '1',
      action: 'things.update',
      result: 'ok',
      changed: ['name'],
      before: { name: 'first' },
      row: { name: 'second' },
      revision: 2,
      actorId: 'ann',
      roles: ['editor'],
      requestId: 'r-1',
      ip: '192.0.2.7',
      userAgent: 'tests',
    });
    expect(update?.at).toBeInstanceOf(Date);
    expect(insert).toMatchObject({ operation: 'insert', row: { name: 'first' }, before: null });
  });

  test('masks encrypted columns', async () => {
    const { provider } = database;
    await provider.query(acme, { text: `insert into app.things (id, note) values (1, 'aqe1.1.abc')` });
    await provider.query(acme, { text: `update app.things set note = 'aqe1.1.def' where id = 1` });
    const records = await audit.list();
    expect(records[0]).toMatchObject({ before: { note: '[encrypted]' }, row: { note: '[encrypted]' } });
    expect(JSON.stringify(records)).not.toContain('aqe1');
  });

  test('takes entries of its own, for logins, reads and refusals', async () => {
    await audit.log('login', { result: 'refused', details: { reason: 'password' } });
    expect(await audit.list({ action: 'login' })).toMatchObject([
      {
        operation: 'log',
        result: 'refused',
        details: { reason: 'password' },
        actorId: 'ann',
        ip: '192.0.2.7',
      },
    ]);
  });

  test('records what nobody could store as it is, and finds it again', async () => {
    await audit.log('login \u0000\ud800', { details: { name: 'a\u0000' } });
    expect(await audit.list({ action: 'login \u0000\ud800', since: new Date(0) })).toMatchObject([
      { action: 'login \ufffd', details: { name: 'a' } },
    ]);
  });

  test('refuses entries that are none or too large', async () => {
    await expect(audit.log('')).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    await expect(audit.log('x', { details: 'x'.repeat(70_000) })).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
    await expect(audit.list({ limit: 5000 })).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
  });

  test('is filtered and paged, the newest first', async () => {
    for (let id = 1; id <= 5; id++) await addThing(database.provider, acme, id);
    const first = await audit.list({ limit: 2 });
    const last = first.at(-1);
    const second = await audit.list({ limit: 2, ...(last && { after: last.position }) });
    expect([...first, ...second].map(({ rowId }) => rowId)).toEqual(['5', '4', '3', '2']);
    expect(await audit.list({ rowId: '3' })).toHaveLength(1);
    expect(await audit.list({ actorId: 'nobody' })).toEqual([]);
    expect(await audit.list({ since: new Date(Date.now() + 60_000) })).toEqual([]);
  });

  test('shows a tenant nothing of another', async () => {
    await addThing(database.provider, acme, 1);
    const rival = new AuditTrail(database.provider, freshTenant());
    expect(await rival.list()).toEqual([]);
    expect(await rival.verify()).toEqual({ intact: true, problems: [], sealed: 0, anchor: undefined });
  });

  test('cannot be changed or removed by the application, nor written but by triggers', async () => {
    const { provider } = database;
    await addThing(provider, acme, 1);
    for (const text of [
      `update aquifer.changes set actor_id = 'eve'`,
      'delete from aquifer.changes',
      'truncate aquifer.changes',
      `insert into aquifer.changes (tenant_id, entity, row_id, operation, action, event, audited, versioned)
       values ('x', 'things', '1', 'update', 'x', false, true, true)`,
      'delete from aquifer.audit_seals',
      'select * from aquifer.changes_default',
    ]) {
      await expect(provider.query(acme, { text }), text).rejects.toMatchObject({
        code: 'AQF_PERMISSION_DENIED',
      });
    }
  });

  test('keeps audited rows even from the system role', async () => {
    const { provider } = database;
    await addThing(provider, acme, 1);
    const system = { kind: 'system', reason: 'test' } as const;
    await provider.query(system, { text: 'delete from aquifer.changes' });
    expect(await audit.list()).toHaveLength(1);
  });

  test('is intact when nobody touched it, over several seals', async () => {
    for (let id = 1; id <= 3; id++) {
      await addThing(database.provider, acme, id);
      expect(await audit.verify()).toMatchObject({ intact: true, sealed: id, anchor: { seq: String(id) } });
    }
  });

  test.each([
    [
      'altered',
      `update aquifer.changes set actor_id = 'eve' where mine and row_id = '2'`,
      'the record was altered',
    ],
    [
      'altered in its values',
      `update aquifer.changes set row = row || '{"name":"x"}' where mine and row_id = '2'`,
      'the record was altered',
    ],
    ['removed', `delete from aquifer.changes where mine and row_id = '2'`, 'the record is missing'],
    [
      'unmarked',
      `update aquifer.changes set audited = false where mine and row_id = '2'`,
      'the record is missing',
    ],
  ])('shows a record that was %s', async (_, tampering, problem) => {
    const { provider } = database;
    for (let id = 1; id <= 3; id++) await addThing(provider, acme, id);
    expect(await audit.verify()).toMatchObject({ intact: true });
    const [tampered] = await audit.list({ rowId: '2' });
    await asOwner(tampering);
    const { intact, problems } = await audit.verify();
    expect(intact).toBe(false);
    expect(problems).toEqual([{ problem, seq: '1', recordId: tampered?.id }]);
  });

  test('shows a record that was slipped in, and a seal that was altered or removed', async () => {
    const { provider } = database;
    await addThing(provider, acme, 1);
    await audit.verify();
    await addThing(provider, acme, 2);
    await audit.verify();
    await asOwner(`insert into aquifer.changes (xid, tenant_id, entity, row_id, operation, action, event, audited, versioned)
      select xid, tenant_id, entity, '9', operation, action, event, audited, versioned from aquifer.changes where mine and row_id = '1'`);
    expect((await audit.verify()).problems).toMatchObject([{ problem: 'the record was never sealed' }]);
    await asOwner(
      `delete from aquifer.changes where mine and row_id = '9';
      update aquifer.audit_seals set digests = array_reverse(digests) where false;
      update aquifer.audit_seals set sealed_at = now(), previous = 'x' where mine and seq = 2`.replace(
        /update.*where false;/s,
        '',
      ),
    );
    expect((await audit.verify()).problems.map(({ problem }) => problem)).toEqual(
      expect.arrayContaining(['the seal was altered', 'a seal is missing before this one']),
    );
    await asOwner('delete from aquifer.audit_seals where mine and seq = 1');
    expect((await audit.verify()).intact).toBe(false);
  });

  test('shows that its end was cut off, to whoever kept an anchor', async () => {
    const { provider } = database;
    await addThing(provider, acme, 1);
    await audit.verify();
    await addThing(provider, acme, 2);
    const { anchor } = await audit.verify();
    await asOwner(
      `delete from aquifer.audit_seals where mine and seq = 2; delete from aquifer.changes where mine and row_id = '2'`,
    );
    expect(await audit.verify()).toMatchObject({ intact: true });
    expect(await audit.verify(anchor)).toMatchObject({
      intact: false,
      problems: [{ problem: 'the chain no longer holds the anchor' }],
    });
  });

  test('is kept in partitions of a month, which take over what the default one caught', async () => {
    const { provider } = database;
    await addThing(provider, acme, 1);
    await asOwner(
      `update aquifer.changes set at = '2031-05-05' where mine and row_id = '1'; call aquifer.prepare_month('2031-05-01')`,
    );
    const { rows } = await provider.query(OWNER, {
      text: 'select tableoid::regclass::text as part from aquifer.changes where tenant_id = $1',
      values: [acme.tenantId],
    });
    expect(rows).toEqual([{ part: 'aquifer.changes_203105' }]);
    expect(await audit.list()).toHaveLength(1);
  });
});

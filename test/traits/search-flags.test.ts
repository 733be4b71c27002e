import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWNER, type TenantContext } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme', actorId: 'ann' };
const SEARCHABLE = `searchable => '{"text": ["body"]}'`;

await describeOnEachDatabase('the flag of searchable rows', (open) => {
  let database: OpenedDatabase;
  const ask = async (text: string) => (await database.provider.query(ACME, { text, values: [] })).rows;
  const ledgerOf = (entity: string) =>
    ask(`select operation, revision::integer, changed, event, audited, versioned from aquifer.changes
         where entity = '${entity}' order by id`);

  beforeAll(async () => {
    database = await open();
    await database.provider.transaction(OWNER, (tx) =>
      tx.execute(`
        create schema flags;
        create table flags.notes (id integer primary key, tenant_id text not null, body text, meta json);
        create table flags.papers (id integer primary key, tenant_id text not null, body text);
        select aquifer.adopt('flags.notes', audited => true, versioned => true, events => true, timestamps => true, ${SEARCHABLE});
        select aquifer.adopt('flags.papers', audited => true, ${SEARCHABLE})`),
    );
    await ask(`insert into flags.notes (id, tenant_id, body, meta) values (1, 'acme', 'one', '{"a": 1}')`);
    await ask(`insert into flags.papers (id, tenant_id, body) values (1, 'acme', 'one')`);
  });
  afterAll(() => database.dispose());

  test('changes alone without a revision, a time, history or audit, and caches hear of it', async () => {
    const state = () => ask(`select revision::integer, updated_at, updated_by from flags.notes`);
    const before = await state();
    await ask('update flags.notes set embedding_expired_at = null');
    expect(await state()).toEqual(before);
    expect(await ask('select embedding_expired_at from flags.notes')).toEqual([
      { embedding_expired_at: null },
    ]);
    expect((await ledgerOf('notes')).slice(1)).toEqual([
      { operation: 'update', revision: 1, changed: [], event: true, audited: false, versioned: false },
    ]);
  });

  test('changes with the row as ever when the text changes, and when another column is written beside it', async () => {
    await ask(`update flags.notes set body = 'two'`);
    await ask(`update flags.notes set embedding_expired_at = null, meta = '{"a": 2}'`);
    expect((await ledgerOf('notes')).slice(2)).toMatchObject([
      { revision: 2, changed: ['body'], audited: true, versioned: true },
      { revision: 3, changed: ['meta'], audited: true, versioned: true },
    ]);
    expect(await ask('select embedding_expired_at from flags.notes')).toEqual([
      { embedding_expired_at: null },
    ]);
  });

  test('leaves no entry at all where nobody hears events', async () => {
    await ask('update flags.papers set embedding_expired_at = null');
    await ask(`update flags.papers set body = 'two'`);
    expect(await ledgerOf('papers')).toMatchObject([
      { operation: 'insert' },
      { operation: 'update', changed: ['body'], audited: true },
    ]);
  });

  test('cannot hide a change: a row written with the value it had is a change as before', async () => {
    await ask(`update flags.notes set body = body`);
    expect((await ledgerOf('notes')).at(-1)).toMatchObject({ revision: 4, audited: true, versioned: true });
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWNER, type Row, type TenantContext, type Transaction } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme' };
const RIVAL: TenantContext = { kind: 'tenant', tenantId: 'rival' };
const SEEING_DELETED: TenantContext = { ...ACME, flags: ['deleted'] };
const TRAITS = 'soft_delete => true, audited => true, versioned => true, events => true, timestamps => true';

/** Every name that the functions behind traits use themselves. */
const TAKEN_NAMES =
  'n o c t p op old new changes columns what difference moment actor actor_roles request item'.split(' ');

await describeOnEachDatabase('adoption of a table', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
    await asOwner('create schema odd');
  });
  afterAll(() => database.dispose());

  const owner = <T>(work: (tx: Transaction) => Promise<T>) => database.provider.transaction(OWNER, work);
  const asOwner = (sql: string) => owner((tx) => tx.execute(sql));
  const ask = async <R extends Row>(text: string, context = ACME, values: unknown[] = []) =>
    (await database.provider.query<R>(context, { text, values })).rows;
  const history = (entity: string) =>
    ask<{ operation: string; changed: string[] | null; before: object | null; row: object }>(
      'select operation, changed, before, row from aquifer.history where entity = $1 order by id',
      ACME,
      [entity],
    );

  test('whose columns are called like what triggers use keeps its history right', async () => {
    const columns = TAKEN_NAMES.map((name) => `"${name}" text default 'first'`);
    await asOwner(`create table odd.taken (id integer primary key, tenant_id text not null, ${columns});
      select aquifer.adopt('odd.taken', ${TRAITS})`);
    await ask('insert into odd.taken (id) values (1)');
    for (const name of TAKEN_NAMES) await ask(`update odd.taken set "${name}" = 'second'`);
    await ask('delete from odd.taken');
    const [inserted, ...updated] = await history('taken');
    const first = Object.fromEntries(TAKEN_NAMES.map((name) => [name, 'first']));
    expect(inserted).toMatchObject({ operation: 'insert', row: { id: 1, ...first } });
    expect(updated.pop()).toMatchObject({ operation: 'delete', changed: ['deleted_at'] });
    expect(updated.map(({ changed, before }) => ({ changed, before }))).toEqual(
      TAKEN_NAMES.map((name) => ({ changed: [name], before: { [name]: 'first' } })),
    );
    const [{ row } = { row: {} }] = await ask<{ row: object }>(
      `select aquifer.read_row('taken', '1') as row`,
      SEEING_DELETED,
    );
    expect(row).toMatchObject({ id: 1, t: 'second' });
  });

  test('with every character in its names can be written, read and searched', async () => {
    const table = `odd."ta'b%le ""1 (x"`;
    await asOwner(`create table ${table} ("iD'%s" integer primary key, tenant_id text not null, "se ""lect" text, "a'b" json,
        constraint "u(nique" unique ("se ""lect"));
      create unique index "in(dex" on ${table} (lower("se ""lect"));
      select aquifer.adopt('${table.replaceAll("'", "''")}', entity => 'o''dd 100%', searchable => '{"text": ["se \\"lect", "a''b"]}', ${TRAITS})`);
    await ask(`insert into ${table} values (1, 'acme', 'one', '{}')`);
    await ask(`insert into ${table} values (1, 'rival', 'one', '{}')`, RIVAL);
    await ask(`update ${table} set "a'b" = '{"x":1}'`);
    const moved = ask(`update ${table} set "iD'%s" = 2`);
    await expect(moved).rejects.toThrow(/o'dd 100% do not change/);
    expect(await history("o'dd 100%")).toMatchObject([{ operation: 'insert' }, { changed: ["a'b"] }]);
  });

  test('with types that an extension brought records every change of them', async () => {
    await asOwner(`create table odd.types (id citext primary key, tenant_id text not null, v vector(2), name citext, x xml, j json);
      select aquifer.adopt('odd.types', searchable => '{"text": ["name", "j"], "semantic": ["v"]}', ${TRAITS})`);
    await ask(`insert into odd.types (id, v, name, j) values ('a', '[1,2]', 'ann', '{"a":1}')`);
    await ask(`update odd.types set v = '[1,3]', name = 'Ann'`);
    expect(await history('types')).toMatchObject([{}, { changed: ['name', 'v'], before: { name: 'ann' } }]);
  });

  test('can be altered afterwards: no column escapes history, and no write fails', async () => {
    await asOwner(`create table odd.altered (id integer primary key, tenant_id text not null, a text, b text);
      select aquifer.adopt('odd.altered', ${TRAITS})`);
    await ask(`insert into odd.altered (id, a, b) values (1, 'a', 'b')`);
    await asOwner(`alter table odd.altered add column c text; alter table odd.altered rename column a to a2`);
    await ask(`update odd.altered set c = 'c', a2 = 'x'`);
    await asOwner('alter table odd.altered drop column b');
    await ask(`update odd.altered set c = 'd'`);
    expect((await history('altered')).map(({ before }) => before)).toEqual([
      null,
      { a2: 'a', c: null },
      { c: 'c' },
    ]);
  });

  test('whose key was renamed is put right by adopting it again', async () => {
    await asOwner(`create table odd.renamed (id integer primary key, tenant_id text not null, a text);
      select aquifer.adopt('odd.renamed', ${TRAITS})`);
    await ask(`insert into odd.renamed (id) values (1)`);
    await asOwner(
      `alter table odd.renamed rename column id to number; select aquifer.adopt('odd.renamed', ${TRAITS})`,
    );
    await ask(`update odd.renamed set a = 'x'`);
    expect(await history('renamed')).toMatchObject([{}, { changed: ['a'] }]);
  });

  test('that is gone does not stop the purge of the others', async () => {
    await asOwner(`create table odd.gone (id integer primary key, tenant_id text not null);
      select aquifer.adopt('odd.gone', soft_delete => true, retention => '1 day'); drop table odd.gone`);
    const system = { kind: 'system', reason: 'test' } as const;
    await database.provider.query(system, { text: 'select * from aquifer.purge_expired()', values: [] });
  });

  test('is refused where a trait could not keep a column that is there', async () => {
    await asOwner('create table odd.clash (id integer primary key, tenant_id text not null, revision text)');
    const adopted = asOwner(`select aquifer.adopt('odd.clash', versioned => true)`);
    await expect(adopted).rejects.toThrow(/column revision of type text/);
  });

  test('is refused where an exclusion constraint would tell of other tenants', async () => {
    await asOwner(`create table odd.bookings (id integer primary key, tenant_id text not null, during tstzrange,
      exclude using gist (during with &&))`);
    await expect(asOwner(`select aquifer.adopt('odd.bookings')`)).rejects.toThrow(/reaches across tenants/);
    await asOwner(`select aquifer.adopt('odd.bookings', keys => 'none')`);
  });

  test('is refused where a policy that is there would show rows of every tenant', async () => {
    await asOwner(`create table odd.shown (id integer primary key, tenant_id text not null);
      create policy everyone on odd.shown for select using (true)`);
    await expect(asOwner(`select aquifer.adopt('odd.shown')`)).rejects.toThrow(
      /policy everyone of odd.shown/,
    );
    await asOwner(`drop policy everyone on odd.shown; create policy fewer on odd.shown as restrictive using (id < 10);
      create policy other on odd.shown to aquifer_system using (true); select aquifer.adopt('odd.shown')`);
    for (const context of [ACME, RIVAL]) await ask('insert into odd.shown (id) values (1)', context);
    expect(await ask('select id from odd.shown')).toEqual([{ id: 1 }]);
    await expect(ask('insert into odd.shown (id) values (11)')).rejects.toMatchObject({
      code: 'AQF_PERMISSION_DENIED',
    });
  });

  test('with a foreign key of MATCH FULL may still refer to nothing', async () => {
    await asOwner(`create table odd.parents (id integer primary key, tenant_id text not null);
      create table odd.children (id integer primary key, tenant_id text not null, parent integer references odd.parents match full);
      select aquifer.adopt('odd.parents'), aquifer.adopt('odd.children')`);
    await ask('insert into odd.children (id) values (1)');
    await expect(ask('insert into odd.children (id, parent) values (2, 7)')).rejects.toMatchObject({
      code: 'AQF_FOREIGN_KEY_VIOLATION',
    });
  });

  test('puts the tenant into an index that only carries it along', async () => {
    await asOwner(`create table odd.carried (id integer primary key, tenant_id text not null, email text);
      create unique index on odd.carried (email) include (tenant_id); select aquifer.adopt('odd.carried')`);
    const insert = `insert into odd.carried (id, email) values (1, 'a@x')`;
    await ask(insert);
    await ask(insert, RIVAL);
  });

  test('in partitions keeps its unique indexes', async () => {
    await asOwner(`create table odd.parts (id integer, tenant_id text not null, at date, email text, primary key (id, at)) partition by range (at);
      create table odd.parts_1 partition of odd.parts for values from ('2020-01-01') to ('2021-01-01');
      create unique index on odd.parts (email, at);
      select aquifer.adopt('odd.parts', ${TRAITS})`);
    const insert = (id: number) =>
      `insert into odd.parts (id, at, email) values (${id}, '2020-02-02', 'a@x')`;
    await ask(insert(1));
    await ask(insert(1), RIVAL);
    await expect(ask(insert(2))).rejects.toMatchObject({ code: 'AQF_UNIQUE_VIOLATION' });
  });

  test('of letters that take several bytes has functions of its own', async () => {
    const name = (last: string) => `${'日'.repeat(20)}${last}`;
    for (const last of ['a', 'b']) {
      await asOwner(`create table odd."${name(last)}" (id integer primary key, tenant_id text not null);
        select aquifer.adopt('odd."${name(last)}"', ${TRAITS})`);
    }
    for (const last of ['a', 'b']) await ask(`insert into odd."${name(last)}" (id) values (1)`);
    for (const last of ['a', 'b']) expect(await history(name(last))).toHaveLength(1);
  });
});

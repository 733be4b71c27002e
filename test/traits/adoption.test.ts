import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNER, type TenantContext, type Transaction } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme', actorId: 'ann' };
const RIVAL: TenantContext = { kind: 'tenant', tenantId: 'rival', actorId: 'bob' };
const SEEING_DELETED: TenantContext = { ...ACME, flags: ['deleted'] };
const PURGING: TenantContext = { ...ACME, flags: ['deleted', 'purge'] };

/** Tables as another tool made and filled them: a key of one column, plain foreign keys, unique indexes. */
const FOREIGN_MADE = (schema: string) => `
  create schema ${schema};
  create table ${schema}.users (
    id uuid primary key default gen_random_uuid(), tenant_id text not null, email text not null, name text);
  create unique index users_email_key on ${schema}.users (email);
  create table ${schema}.posts (
    id serial primary key, tenant_id text not null, title text not null, body text, meta json,
    author_id uuid references ${schema}.users on delete cascade,
    reviewer_id uuid references ${schema}.users on delete set null,
    slug text unique);
  insert into ${schema}.users (tenant_id, email) values ('acme', 'a@x'), ('rival', 'b@x');
  insert into ${schema}.posts (tenant_id, title, author_id)
  select tenant_id, 'of ' || email, id from ${schema}.users;`;

const SHAPE = `
  select 'column' as kind, attrelid::regclass::text as "on", attname::text as name,
         format_type(atttypid, atttypmod) || attnotnull as definition
  from pg_attribute where attrelid = any ($1::regclass[]) and attnum > 0 and not attisdropped
  union all select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  from pg_constraint where conrelid = any ($1::regclass[]) and contype <> 'n'
  union all select 'index', indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
  from pg_index where indrelid = any ($1::regclass[])
  union all select 'policy', polrelid::regclass::text, polname, pg_get_expr(polqual, polrelid)
  from pg_policy where polrelid = any ($1::regclass[])
  union all select 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
  from pg_trigger where tgrelid = any ($1::regclass[]) and not tgisinternal
  union all select 'row security', oid::regclass::text, '', relrowsecurity || ' ' || relforcerowsecurity
  from pg_class where oid = any ($1::regclass[])
  order by 1, 2, 3`;

await describeOnEachDatabase('adoption', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  const owner = <T>(work: (tx: Transaction) => Promise<T>) => database.provider.transaction(OWNER, work);
  const asOwner = (sql: string) => owner((tx) => tx.execute(sql));
  const ask = async (context: TenantContext, text: string, values: unknown[] = []) =>
    (await database.provider.query(context, { text, values })).rows;
  const shape = (schema: string) =>
    owner(async (tx) => (await tx.query(SHAPE, [[`${schema}.users`, `${schema}.posts`]])).rows);

  describe('of tables that another tool made and filled', () => {
    beforeAll(async () => {
      await asOwner(FOREIGN_MADE('app'));
      await asOwner(`
        select aquifer.adopt('app.posts', soft_delete => true, retention => '30 days', audited => true, versioned => true,
          events => true, timestamps => true, searchable => '{"text": ["title"], "semantic": ["body"]}');
        select aquifer.adopt('app.users', soft_delete => true, events => true, timestamps => true);
        select aquifer.relate('app.posts', '{author_id}', 'app.users', 'cascade');`);
    });

    test('isolates the rows that are there', async () => {
      expect(await ask(ACME, 'select title from app.posts')).toEqual([{ title: 'of a@x' }]);
      expect(await ask(RIVAL, 'select title from app.posts')).toEqual([{ title: 'of b@x' }]);
    });

    test('makes a forgotten scope an error', async () => {
      const unscoped = owner(async (tx) => {
        await tx.execute('set local role aquifer_app');
        return tx.query('select * from app.posts');
      });
      await expect(unscoped).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING' });
    });

    test('puts the tenant into every key', async () => {
      const keys = (await shape('app')).filter(({ kind }) => kind === 'constraint' || kind === 'index');
      expect(keys.length).toBeGreaterThan(7);
      for (const { name, definition } of keys) expect(definition, String(name)).toMatch(/\(tenant_id, /);
    });

    test('lets two tenants have what one may have once', async () => {
      const insert = `insert into app.users (email) values ('b@x')`;
      await ask(ACME, insert);
      const twice = ask(ACME, insert);
      await expect(twice).rejects.toMatchObject({ code: 'AQF_UNIQUE_VIOLATION' });
      await ask(PURGING, `delete from app.users where email = 'b@x'`);
    });

    test('answers alike for a parent of another tenant and for none', async () => {
      const [theirs] = await ask(RIVAL, 'select id from app.users');
      const refer = (id: unknown) =>
        ask(ACME, `insert into app.posts (title, author_id) values ('x', $1)`, [id]).catch((error: unknown) =>
          JSON.stringify(error),
        );
      const foreign = await refer(theirs?.id);
      expect(foreign).toContain('AQF_FOREIGN_KEY_VIOLATION');
      expect(foreign).toBe(await refer('00000000-0000-4000-8000-000000000000'));
    });

    test('cannot be talked out of the tenant or the key of a row', async () => {
      await expect(ask(ACME, `update app.posts set tenant_id = 'rival'`)).rejects.toThrow();
      await expect(
        ask(ACME, `insert into app.posts (tenant_id, title) values ('rival', 'x')`),
      ).rejects.toMatchObject({
        code: 'AQF_PERMISSION_DENIED',
      });
      await expect(ask(ACME, 'update app.posts set id = id + 1000')).rejects.toThrow('do not change');
      await expect(asOwner('truncate app.posts')).rejects.toThrow('TRUNCATE');
    });

    test('is idempotent', async () => {
      const before = await shape('app');
      await asOwner(`
        select aquifer.adopt('app.posts', soft_delete => true, retention => '30 days', audited => true, versioned => true,
          events => true, timestamps => true, searchable => '{"text": ["title"], "semantic": ["body"]}')`);
      expect(await shape('app')).toEqual(before);
    });

    test('keeps revision and times, whatever a writer says', async () => {
      const [before] = await ask(ACME, 'select * from app.posts');
      await ask(
        ACME,
        `update app.posts set title = 'new', revision = 99, created_at = 'epoch', updated_at = 'epoch',
                       created_by = 'eve', updated_by = 'eve'`,
      );
      const [after] = await ask(ACME, 'select * from app.posts');
      expect(Number(after?.revision)).toBe(Number(before?.revision) + 1);
      expect(after?.created_at).toEqual(before?.created_at);
      expect(after).toMatchObject({ created_by: null, updated_by: 'ann' });
      expect(Number(after?.updated_at)).toBeGreaterThan(Number(before?.updated_at));
    });

    test('flags an embedding as expired when its text changes, and not when something else does', async () => {
      const expired = async () =>
        (await ask(ACME, 'select embedding_expired_at as at from app.posts'))[0]?.at;
      await ask(ACME, 'update app.posts set embedding_expired_at = null');
      expect(await expired()).toBeNull();
      await ask(ACME, `update app.posts set meta = '{"a": 1}'`);
      expect(await expired()).toBeNull();
      await ask(ACME, `update app.posts set body = 'text'`);
      expect(await expired()).toBeInstanceOf(Date);
    });

    test('records each change of an upsert as what it was', async () => {
      await ask(ACME, `insert into app.posts (title, slug) values ('one', 's1')`);
      await ask(
        ACME,
        `insert into app.posts (title, slug) values ('uno', 's1'), ('two', 's2')
                       on conflict (tenant_id, slug) do update set title = excluded.title`,
      );
      const told = await ask(
        ACME,
        `select operation, row ->> 'title' as title from aquifer.changes
                                    where row ->> 'slug' is not null order by id`,
      );
      expect(told.slice(1).sort((a, b) => String(a.operation).localeCompare(String(b.operation)))).toEqual([
        { operation: 'insert', title: 'two' },
        { operation: 'update', title: 'uno' },
      ]);
      await ask(PURGING, 'delete from app.posts where slug is not null');
    });

    test('turns DELETE into a soft delete that goes along relations, and restores what went with it', async () => {
      const [author] = await ask(ACME, 'select id from app.users');
      await ask(ACME, `insert into app.posts (title, author_id) values ('gone before', $1)`, [author?.id]);
      await ask(ACME, `delete from app.posts where title = 'gone before'`);
      await ask(ACME, 'delete from app.users where id = $1', [author?.id]);
      expect(await ask(ACME, 'select * from app.posts')).toEqual([]);
      expect(await ask(ACME, 'select * from app.users')).toEqual([]);
      const deleted = await ask(SEEING_DELETED, 'select deleted_by from app.posts');
      expect(deleted).toEqual([{ deleted_by: 'ann' }, { deleted_by: 'ann' }]);
      await ask(SEEING_DELETED, 'update app.users set deleted_at = null where id = $1', [author?.id]);
      expect(await ask(ACME, 'select title from app.posts')).toEqual([{ title: 'new' }]);
    });

    test('tells soft deletes, restores and purges apart', async () => {
      const told = await ask(
        ACME,
        `select operation from aquifer.changes where entity = 'posts' order by id`,
      );
      expect(told.map(({ operation }) => operation)).toEqual(
        expect.arrayContaining(['update', 'insert', 'delete', 'restore', 'purge']),
      );
    });

    test('purges what was deleted longer ago than its retention', async () => {
      await ask(ACME, `insert into app.posts (title) values ('old'), ('fresh')`);
      await ask(ACME, `delete from app.posts where title in ('old', 'fresh')`);
      await ask(
        SEEING_DELETED,
        `update app.posts set deleted_at = now() - interval '31 days' where title = 'old'`,
      );
      const system = { kind: 'system', reason: 'retention' } as const;
      const { rows } = await database.provider.query(system, {
        text: 'select * from aquifer.purge_expired()',
      });
      expect(rows).toEqual([{ entity: 'posts', purged: expect.anything(), problem: null }]);
      const left = await ask(SEEING_DELETED, `select title from app.posts where title in ('old', 'fresh')`);
      expect(left).toEqual([{ title: 'fresh' }]);
    });

    test('is seen through by views only as the reader may see', async () => {
      await asOwner(`create view app.titles with (security_invoker) as select title from app.posts;
                     grant select on app.titles to aquifer_app`);
      expect(await ask(RIVAL, 'select * from app.titles')).toEqual([{ title: 'of b@x' }]);
    });

    test('is undone by release, keys and all', async () => {
      await asOwner(FOREIGN_MADE('copy'));
      const before = await shape('copy');
      await asOwner(`
        select aquifer.adopt('copy.users', soft_delete => true, versioned => true);
        select aquifer.adopt('copy.posts', soft_delete => true, audited => true, events => true, timestamps => true);
        select aquifer.relate('copy.posts', '{author_id}', 'copy.users', 'restrict');
        select aquifer.release('copy.users', keep_columns => false);
        select aquifer.release('copy.posts', keep_columns => false);`);
      expect(await shape('copy')).toEqual(before);
    });

    test('can leave the primary key to an ORM that knows it', async () => {
      await asOwner(FOREIGN_MADE('orm'));
      await asOwner(
        `select aquifer.adopt('orm.users', keys => 'unique'); select aquifer.adopt('orm.posts', keys => 'unique')`,
      );
      const definitions = (await shape('orm')).map(({ definition }) => definition);
      expect(definitions).toEqual(
        expect.arrayContaining([
          'PRIMARY KEY (id)',
          'FOREIGN KEY (tenant_id, author_id) REFERENCES orm.users(tenant_id, id) ON DELETE CASCADE',
        ]),
      );
      const [theirs] = await ask(RIVAL, 'select id from orm.users');
      await expect(
        ask(ACME, `insert into orm.posts (title, author_id) values ('x', $1)`, [theirs?.id]),
      ).rejects.toMatchObject({ code: 'AQF_FOREIGN_KEY_VIOLATION' });
    });
  });

  describe('with relations', () => {
    const make = (rule: string) =>
      asOwner(`
        drop schema if exists rel cascade; create schema rel;
        create table rel.parents (id integer primary key, tenant_id text not null);
        create table rel.children (id integer primary key, tenant_id text not null, parent_id integer references rel.parents);
        select aquifer.adopt('rel.parents', soft_delete => true);
        select aquifer.adopt('rel.children', soft_delete => true);
        select aquifer.relate('rel.children', '{parent_id}', 'rel.parents', '${rule}');`);
    const fill = async () => {
      await ask(ACME, 'insert into rel.parents (id) values (1)');
      await ask(ACME, 'insert into rel.children (id, parent_id) values (1, 1)');
    };

    test('restricts a soft delete while a row refers', async () => {
      await make('restrict');
      await fill();
      await expect(ask(ACME, 'delete from rel.parents')).rejects.toMatchObject({
        code: 'AQF_FOREIGN_KEY_VIOLATION',
      });
      await ask(ACME, 'delete from rel.children');
      await ask(ACME, 'delete from rel.parents');
      expect(await ask(ACME, 'select * from rel.parents')).toEqual([]);
    });

    test('sets the reference to null', async () => {
      await make('set null');
      await fill();
      await ask(ACME, 'delete from rel.parents');
      expect(await ask(ACME, 'select id, parent_id from rel.children')).toEqual([{ id: 1, parent_id: null }]);
    });

    test('keeps the row as it is', async () => {
      await make('keep');
      await fill();
      await ask(ACME, 'delete from rel.parents');
      expect(await ask(ACME, 'select parent_id from rel.children')).toEqual([{ parent_id: 1 }]);
    });
  });

  test('knows a tenant column of another type', async () => {
    await asOwner(`
      create schema typed;
      create table typed.things (id integer primary key, org uuid not null, name text);
      select aquifer.adopt('typed.things', tenant => 'org', events => true, audited => true);`);
    const tenantId = '3f0c5d3e-8f57-4a4c-9d5e-6a2d1f6f0001';
    const context: TenantContext = { kind: 'tenant', tenantId };
    await ask(context, `insert into typed.things (id, name) values (1, 'x')`);
    expect(await ask(context, 'select org from typed.things')).toEqual([{ org: tenantId }]);
    expect(await ask(context, 'select tenant_id from aquifer.changes')).toEqual([{ tenant_id: tenantId }]);
  });

  test('names rows with a key of several columns', async () => {
    await asOwner(`
      create schema several;
      create table several.things (a integer, b text, tenant_id text not null, note text, primary key (a, b));
      select aquifer.adopt('several.things', versioned => true);`);
    await ask(ACME, `insert into several.things (a, b) values (1, 'x')`);
    const [row] = await ask(ACME, `select row_id from aquifer.changes where entity = 'several.things'`);
    expect(row).toEqual({ row_id: '[1, "x"]' });
    const [read] = await ask(ACME, `select aquifer.read_row('several.things', '[1, "x"]') as row`);
    expect(read).toMatchObject({ row: { a: 1, b: 'x' } });
  });

  test('lets no plaintext into an encrypted column, whoever writes', async () => {
    await asOwner(`
      create schema secret;
      create table secret.notes (id integer primary key, tenant_id text not null, ssn text);
      select aquifer.adopt('secret.notes', encrypted => '{ssn}');`);
    await expect(
      ask(ACME, `insert into secret.notes (id, ssn) values (1, '123-45-678')`),
    ).rejects.toMatchObject({
      code: 'AQF_CHECK_VIOLATION',
    });
    await ask(ACME, `insert into secret.notes (id, ssn) values (1, 'aqe1.1.abc'), (2, null)`);
  });

  test.each([
    ['a table without a key', 'create table bad (tenant_id text)', 'has no primary key'],
    ['a view', 'create view bad as select 1 as id', 'is not a table'],
    [
      'an unknown column',
      'create table bad (id int primary key, tenant_id text)',
      'has no column nope',
      `encrypted => '{nope}'`,
    ],
    [
      'a retention without soft delete',
      'create table bad (id int primary key)',
      'needs soft_delete',
      `retention => '1 day'`,
    ],
    [
      'rows that belong to no tenant',
      'create table bad (id int primary key); insert into bad values (1)',
      'has rows and no column',
    ],
    ['unknown keys', 'create table bad (id int primary key)', 'allowed: all, unique, none', `keys => 'some'`],
  ])('refuses %s', async (_, create, message, traits = '') => {
    const adopt = `select aquifer.adopt('bad'${traits && `, ${traits}`})`;
    await expect(asOwner(`${create}; ${adopt}`)).rejects.toThrow(message);
  });

  test('is not for the application role', async () => {
    await expect(ask(ACME, `select aquifer.release('app.posts')`)).rejects.toMatchObject({
      code: 'AQF_PERMISSION_DENIED',
    });
  });
});

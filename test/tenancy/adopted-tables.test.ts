import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWNER, type Row, type TenantContext } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme', flags: ['deleted'] };
const RIVAL: TenantContext = { kind: 'tenant', tenantId: 'rival', flags: ['deleted', 'purge'] };
const SECRET = 'zanzibarium';

/** Everything in the database that holds rows, and what the application may do with it. */
const RELATIONS = `
  select c.oid::regclass::text as name, c.relkind as kind,
         exists (select from pg_attribute where attrelid = c.oid and attname = 'tenant_id' and not attisdropped) as tenanted,
         has_table_privilege('aquifer_app', c.oid, 'select') as readable
  from pg_class c
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relnamespace in ('app'::regnamespace, 'aquifer'::regnamespace)`;

const FUNCTIONS = `
  select p.oid::regprocedure::text as name, p.prosecdef as definer, pg_get_userbyid(p.proowner) as owner,
         p.proconfig::text as settings, has_function_privilege('aquifer_app', p.oid, 'execute') as callable
  from pg_proc p where p.pronamespace = 'aquifer'::regnamespace`;

/** Callable with the rights of another role; each reads the tenant from the transaction itself. */
const DEFINERS_FOR_THE_APPLICATION = [
  'aquifer.audit_log(text,text,text,text,jsonb)',
  'aquifer.matching_records(integer,jsonb)',
  'aquifer.measured_recall(integer,real[],integer,integer[])',
  'aquifer.nearest(integer,halfvec,integer,double precision,integer[])',
  'aquifer.reads_everything()',
  'aquifer.seal_audit()',
  'aquifer.search(jsonb,halfvec)',
  'aquifer.search_rows(text,jsonb,halfvec,text[])',
  'aquifer.verify_audit(bigint,bytea)',
];

await describeOnEachDatabase('what the application role can reach', (open, kind) => {
  let database: OpenedDatabase;
  const ask = async <R extends Row>(context: TenantContext | typeof OWNER, text: string) =>
    (await database.provider.query<R>(context, { text })).rows;
  beforeAll(async () => {
    database = await open();
    await database.provider.transaction(OWNER, (tx) =>
      tx.execute(`
        create schema app;
        create table app.notes (id integer primary key, tenant_id text not null, body text);
        select aquifer.adopt('app.notes', soft_delete => true, audited => true, versioned => true, events => true);
        create view app.safe_notes with (security_invoker) as select * from app.notes;
        grant select on app.safe_notes to aquifer_app;`),
    );
    for (const context of [ACME, RIVAL]) {
      const word = context === ACME ? SECRET : 'nettlewood';
      await ask(context, `insert into app.notes (id, body) values (1, '${word}'), (2, '${word}')`);
      await ask(context, `update app.notes set body = '${word} again' where id = 1`);
      await ask({ ...context, flags: [] }, 'delete from app.notes where id = 2');
      await ask(
        context,
        `insert into aquifer.branches (entity, row_id, name, base_revision, base) values ('notes', '1', '${word}', 1, '{}')`,
      );
      await ask(context, `select aquifer.audit_log('read', details => '{"word": "${word}"}')`);
      await ask(context, 'select aquifer.seal_audit()');
    }
  });
  afterAll(() => database.dispose());

  /** What `COPY … TO STDOUT` sends to a tenant, deleted rows included. */
  const copiedOut = async (tenant: string): Promise<string> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const chunks: Buffer[] = [];
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    connection.on('copyData', ({ chunk }: { chunk: Buffer }) => chunks.push(chunk));
    await client.query('begin');
    await client.query(
      `select set_config('role', 'aquifer_app', true), set_config('aquifer.tenant_id', $1, true),
              set_config('aquifer.flags', 'deleted', true)`,
      [tenant],
    );
    await client.query('copy app.notes (body) to stdout');
    await client.end();
    return Buffer.concat(chunks).toString();
  };

  test('holds nothing of another tenant, in whatever relation', async () => {
    const relations = (await ask<{ name: string; readable: boolean }>(OWNER, RELATIONS)).filter(
      ({ readable }) => readable,
    );
    expect(relations.length).toBeGreaterThan(15);
    for (const { name } of relations) {
      const shown = JSON.stringify(await ask(RIVAL, `select * from ${name}`));
      expect(shown, name).not.toContain(SECRET);
      expect(shown, name).not.toContain('"acme"');
    }
    const full = relations.map(({ name }) => ask(ACME, `select * from ${name}`));
    expect(JSON.stringify(await Promise.all(full))).toContain(SECRET);
  });

  test('is a tenant table, a view of its reader, or the catalogue of entities', async () => {
    const others = (
      await ask<{ name: string; tenanted: boolean; readable: boolean }>(OWNER, RELATIONS)
    ).filter(({ tenanted, readable }) => readable && !tenanted);
    expect(others.map(({ name }) => name).sort()).toEqual([
      'aquifer.audit_sealed',
      'aquifer.entities',
      'aquifer.relations',
    ]);
    const careless = await ask(
      OWNER,
      `select oid::regclass::text as name from pg_class where relkind = 'v' and relnamespace in ('app'::regnamespace, 'aquifer'::regnamespace)
       and not coalesce(reloptions::text like '%security_invoker%', false)`,
    );
    expect(careless).toEqual([]);
  });

  test('is an error without a tenant, in every relation that has one', async () => {
    const relations = (
      await ask<{ name: string; tenanted: boolean; readable: boolean }>(OWNER, RELATIONS)
    ).filter(({ tenanted, readable }) => tenanted && readable);
    for (const { name } of relations) {
      const unscoped = database.provider.transaction(OWNER, async (tx) => {
        await tx.execute('set local role aquifer_app');
        return tx.query(`select * from ${name}`);
      });
      await expect(unscoped, name).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING' });
    }
  });

  test('has no function that acts for another role, but those that take the tenant from the scope', async () => {
    const functions = await ask<{
      name: string;
      definer: boolean;
      owner: string;
      settings: string;
      callable: boolean;
    }>(OWNER, FUNCTIONS);
    const definers = functions.filter(({ definer }) => definer);
    for (const { name, owner, settings } of definers) {
      expect(owner, name).toBe('aquifer_system');
      expect(settings, name).toContain('search_path=pg_catalog');
    }
    const callable = definers.filter((definer) => definer.callable).map(({ name }) => name);
    expect(callable.sort()).toEqual(DEFINERS_FOR_THE_APPLICATION);
  });

  test('cannot become anyone else: the relay and the purge are closed to it', async () => {
    for (const text of [
      `select * from aquifer.next_changes('x', 1)`,
      `select * from aquifer.changes_between('1:1:', pg_current_snapshot())`,
      'select * from aquifer.purge_expired()',
      'select aquifer.prune_changes()',
      `select aquifer.audit_system('me')`,
      `select aquifer.adopt('app.notes')`,
      'call aquifer.prepare_months()',
      'select * from aquifer.subscriptions',
      `insert into aquifer.entities (entity) values ('x')`,
    ]) {
      await expect(ask(RIVAL, text), text).rejects.toMatchObject({ code: 'AQF_PERMISSION_DENIED' });
    }
  });

  test('reads and changes by entity and id only what is its own', async () => {
    const [own] = await ask<{ row: { body: string } }>(RIVAL, `select aquifer.read_row('notes', '1') as row`);
    expect(own?.row.body).toBe('nettlewood again');
    await ask(
      RIVAL,
      `select aquifer.write_row('notes', '1', '{"body": "mine", "tenant_id": "acme", "id": 7}')`,
    );
    expect(await ask(ACME, 'select body from app.notes where id = 1')).toEqual([{ body: `${SECRET} again` }]);
    expect(await ask(RIVAL, 'select id, tenant_id from app.notes where id = 1')).toEqual([
      { id: 1, tenant_id: 'rival' },
    ]);
  });

  test('takes names as names, whatever is in them', async () => {
    for (const name of [`notes'; drop table app.notes; --`, 'app.notes', 'aquifer.changes', 'pg_authid']) {
      const quoted = name.replaceAll(`'`, `''`);
      await expect(ask(RIVAL, `select aquifer.read_row('${quoted}', '1')`), name).rejects.toMatchObject({
        code: 'AQF_ARGUMENT_INVALID',
      });
    }
    const hostile = `1'; drop table app.notes; --`.replaceAll(`'`, `''`);
    await expect(ask(RIVAL, `select aquifer.read_row('notes', '${hostile}')`)).rejects.toMatchObject({
      code: 'AQF_VALUE_INVALID',
    });
  });

  if (kind === 'postgres') {
    test('comes out of COPY as out of SELECT, and does not go in by it', async () => {
      expect(await copiedOut('rival')).toBe('mine\nnettlewood\n');
      expect(await copiedOut('acme')).toContain(SECRET);
      await expect(ask(RIVAL, 'copy app.notes from stdin')).rejects.toThrow();
      await expect(ask(RIVAL, `copy app.notes to '/tmp/leak'`)).rejects.toMatchObject({
        code: 'AQF_PERMISSION_DENIED',
      });
      expect(await ask(ACME, 'select count(*)::integer as n from app.notes')).toEqual([{ n: 2 }]);
    });
  }
});

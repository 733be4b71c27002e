import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWNER, type RelationalProvider } from '../../src/relational/index.js';
import { checkAdoption } from '../../src/schema/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const MESSAGE = `
  create schema app;
  create table app.thread (id int primary key, title text, "tenant_id" text not null);
  create table app."Message" (id int primary key, org text not null, thread_id int, body text, secret text, slug text unique);
  select aquifer.adopt('app.thread', soft_delete => true);
  select aquifer.adopt('app."Message"', entity => 'message', tenant => 'org', soft_delete => true, retention => '30 days',
    audited => true, versioned => true, events => true, timestamps => true, encrypted => '{secret}',
    searchable => '{"text": ["body"]}');
  select aquifer.relate('app."Message"', '{thread_id}', 'app.thread', 'cascade');`;

await describeOnEachDatabase('the check of adoption', (open, kind) => {
  let database: OpenedDatabase;
  let provider: RelationalProvider;
  beforeAll(async () => {
    database = await open();
    provider = database.provider;
    await owner(MESSAGE);
  });
  afterAll(() => database.dispose());

  const owner = (sql: string) => provider.transaction(OWNER, (tx) => tx.execute(sql));

  test('finds nothing wrong with what adoption wrote, and leaves nothing behind', async () => {
    expect(await checkAdoption(provider)).toEqual([]);
    expect(await checkAdoption(provider)).toEqual([]);
    const { rows } = await provider.transaction(OWNER, (tx) =>
      tx.query(`select entity from aquifer.entities order by 1`),
    );
    expect(rows).toEqual([{ entity: 'message' }, { entity: 'thread' }]);
  });

  test('lists tables with a tenant column that were not adopted', async () => {
    await owner(`
      create table public.invoice (id int primary key, tenant_id text);
      create table public.member (id int primary key, "workspaceId" text);
      create table public.ledger (id int primary key, org text);
      create table public.country (code text primary key);`);
    const found = await checkAdoption(provider);
    expect(found.map(({ table }) => table)).toEqual(['public.invoice', 'public.ledger', 'public.member']);
    expect(found[2]?.mend).toBe(`select aquifer.adopt('public.member', tenant => 'workspaceId');`);
    for (const { mend } of found) await owner(mend);
    expect(await checkAdoption(provider)).toEqual([]);
  });

  const BY_HAND: readonly (readonly [string, string])[] = [
    ['alter table app."Message" disable row level security', 'row-level security is off'],
    ['alter table app."Message" no force row level security', 'row-level security is not forced'],
    ['alter table app."Message" alter org drop default', 'another default than the tenant'],
    ['drop policy tenant_isolation on app."Message"', 'policy tenant_isolation is missing'],
    ['alter policy tenant_isolation on app."Message" using (true)', 'policy tenant_isolation was altered'],
    ['alter policy tenant_isolation on app."Message" to public', 'policy tenant_isolation was altered'],
    ['create policy everyone on app."Message" using (true)', 'policy everyone is not of the adoption'],
    ['drop trigger aquifer_updated on app."Message"', 'trigger aquifer_updated is missing'],
    [
      'alter table app."Message" disable trigger aquifer_inserted',
      'trigger aquifer_inserted was altered or disabled',
    ],
    ['alter table app."Message" disable trigger all', 'trigger aquifer_touch was altered or disabled'],
    [
      `update aquifer.entities set audited = not audited where entity = 'message'`,
      'function of record is not the one for the columns',
    ],
    ['alter table app."Message" drop column deleted_at cascade', 'column deleted_at is gone'],
    ['revoke insert on app."Message" from aquifer_app', 'role aquifer_app may not insert'],
    [
      'alter table app."Message" drop constraint aquifer_encrypted_secret',
      'column secret may hold plain text',
    ],
    ['create unique index slug_again on app."Message" (slug)', 'key slug_again does not carry the tenant'],
    [
      'alter function aquifer.refuse_truncate() rename to other; create function aquifer.refuse_truncate() returns trigger language plpgsql as $$ begin return null; end $$',
      'trigger aquifer_truncate was altered',
    ],
  ];

  // A statement costs the embedded database a millisecond and adoption has hundreds: there, a few stand for all.
  test.each(kind === 'embedded' ? BY_HAND.slice(0, 4) : BY_HAND)('tells of: %s', async (sql, problem) => {
    await owner(sql);
    const found = await checkAdoption(provider);
    expect(found.map((one) => one.problem)).toContainEqual(expect.stringContaining(problem));
    for (const mend of new Set(found.map((one) => one.mend))) await owner(mend);
    expect(await checkAdoption(provider)).toEqual([]);
  });

  test.skipIf(kind === 'embedded')('waits for no writer (embedded databases have one session)', async () => {
    const other = await database.another?.();
    if (!other) throw new Error('a server can be opened twice');
    await other.transaction(OWNER, async (tx) => {
      await tx.execute('lock table app."Message" in row exclusive mode');
      expect(await checkAdoption(provider)).toEqual([]);
    });
    await other.close();
  });

  test('tells of an adopted table that is gone', async () => {
    await owner('drop table app."Message"');
    const found = await checkAdoption(provider);
    expect(found[0]).toEqual({
      table: 'message',
      problem: 'was adopted, and its table is gone',
      mend: `delete from aquifer.entities where entity = 'message';`,
    });
    // Its parent still cascades to it.
    expect(found.slice(1).map(({ table }) => table)).toContain('app.thread');
    for (const { mend } of found) await owner(mend);
    expect(await checkAdoption(provider)).toEqual([]);
  });
});

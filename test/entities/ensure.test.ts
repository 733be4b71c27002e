import { integer, text } from 'drizzle-orm/pg-core';
import { beforeAll, expect, test } from 'vitest';
import { ensureEntities, entity } from '../../src/entities/index.js';
import { OWNER } from '../../src/relational/index.js';
import { onEveryDatabase } from './databases.js';
import { ENTITIES } from './schema.js';

await onEveryDatabase((provider) => {
  const owner = async (sql: string, values: unknown[] = []) =>
    (await provider().query(OWNER, { text: sql, values })).rows;
  const definitions = (table: string) =>
    owner(
      `select pg_get_constraintdef(oid) as definition from pg_constraint
       where conrelid = $1::regclass and contype <> 'n' order by contype, conname`,
      [table],
    );

  beforeAll(() => ensureEntities(provider(), ENTITIES));

  test('every entity has its table, with the tenant in every key', async () => {
    expect(await definitions('app.messages')).toEqual([
      {
        definition:
          'FOREIGN KEY (tenant_id, author_id) REFERENCES app.users(tenant_id, id) ON DELETE SET NULL (author_id)',
      },
      {
        definition:
          'FOREIGN KEY (tenant_id, conversation_id) REFERENCES app.conversations(tenant_id, id) ON DELETE CASCADE',
      },
      { definition: 'PRIMARY KEY (tenant_id, id)' },
    ]);
    expect(await definitions('app.users')).toEqual(
      expect.arrayContaining([
        { definition: 'PRIMARY KEY (tenant_id, id)' },
        { definition: 'UNIQUE (tenant_id, handle)' },
      ]),
    );
  });

  test('indexes and unique keys that an entity states have the tenant in front', async () => {
    const rows = await owner(
      `select indexdef from pg_indexes where schemaname = 'app' and tablename = 'conversations' order by indexname`,
    );
    expect(rows.map(({ indexdef }) => String(indexdef).replace(/ ON .* USING/, ''))).toEqual([
      'CREATE INDEX conversations_owner_id_idx btree (tenant_id, owner_id)',
      'CREATE UNIQUE INDEX conversations_pkey btree (tenant_id, id)',
      'CREATE INDEX conversations_score btree (tenant_id, score)',
      'CREATE UNIQUE INDEX conversations_title btree (tenant_id, title)',
    ]);
  });

  test('the traits of every entity are adopted, and what a soft delete does to those that refer', async () => {
    const traits = await owner(
      `select soft_delete, retention::text, audited, versioned, events, timestamps, searchable
       from aquifer.entities where entity = 'conversations'`,
    );
    expect(traits).toEqual([
      {
        soft_delete: true,
        retention: '30 days',
        audited: true,
        versioned: true,
        events: true,
        timestamps: true,
        searchable: { text: ['title'], semantic: ['title'] },
      },
    ]);
    const relations = await owner('select on_soft_delete from aquifer.relations order by 1');
    expect(relations.map((row) => row.on_soft_delete)).toEqual(['cascade', 'restrict', 'set null']);
  });

  test('nothing happens the second time, also when two do it at once', async () => {
    const count = `select count(*)::integer as tables from pg_class where relkind = 'r'`;
    const before = await owner(count);
    await Promise.all([ensureEntities(provider(), ENTITIES), ensureEntities(provider(), ENTITIES)]);
    expect(await owner(count)).toEqual(before);
  });

  test('a table that lacks a column of its entity is an error that names it', async () => {
    const first = entity('drifted', { columns: { title: text('title') } });
    await ensureEntities(provider(), [first]);
    const second = entity('drifted', { columns: { title: text('title'), words: integer('word_count') } });
    await expect(ensureEntities(provider(), [second])).rejects.toMatchObject({
      code: 'AQF_ENTITY_MISMATCH',
      message: expect.stringContaining('word_count'),
    });
  });

  test('a table that was there gets the trait columns it lacks', async () => {
    await owner('create table public.found (id uuid default gen_random_uuid() primary key, title text)');
    const found = entity('found', {
      columns: { title: text('title') },
      traits: { softDelete: true, versioned: true, timestamps: true },
    });
    await ensureEntities(provider(), [found]);
    expect(await definitions('public.found')).toEqual([{ definition: 'PRIMARY KEY (tenant_id, id)' }]);
    const columns = await owner(
      `select column_name as name from information_schema.columns where table_name = 'found'`,
    );
    expect(columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['deleted_at', 'revision', 'updated_by']),
    );
  });
});

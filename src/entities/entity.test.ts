import { getTableConfig } from 'drizzle-orm/pg-core';
import { describe, expect, test } from 'vitest';
import { columnDefinition } from './ddl/column.js';
import { check, integer, serial, sql, text, timestamp, uuid } from './drizzle.js';
import { belongsTo, entity, hasMany, withRelations } from './index.js';

const columns = () => ({ title: text('title'), ownerId: uuid('owner_id'), size: integer('size') });
const other = entity('others', { columns: {} });
const loose = (value: unknown) => value as never;

describe('an entity', () => {
  test('is a Drizzle table whose keys the tenant leads', () => {
    const shared = text('slug').unique();
    const one = entity('one', { schema: 'app', columns: { slug: shared }, traits: { softDelete: true } });
    const two = entity('two', { columns: { slug: shared } });
    for (const { table } of [one, two]) {
      const { primaryKeys, uniqueConstraints } = getTableConfig(table);
      expect(primaryKeys.map((key) => key.columns.map(({ name }) => name))).toEqual([['tenant_id', 'id']]);
      expect(uniqueConstraints.map((key) => key.columns.map(({ name }) => name))).toEqual([
        ['tenant_id', 'slug'],
      ]);
    }
    expect(getTableConfig(one.table)).toMatchObject({ name: 'one', schema: 'app' });
    expect(getTableConfig(one.table).columns.map(({ name }) => name)).toEqual([
      'id',
      'slug',
      'tenant_id',
      'deleted_at',
      'deleted_by',
    ]);
  });

  test.each<[string, () => unknown]>([
    ['a name that is none', () => entity(loose('a"b'), { columns: {} })],
    ['a schema of PostgreSQL', () => entity('a', { schema: 'pg_catalog', columns: {} })],
    ['the schema of Aquifer', () => entity('a', { schema: 'aquifer', columns: {} })],
    ['a key that is no column', () => entity('a', { columns: columns(), key: loose('slug') })],
    ['another primary key', () => entity('a', { columns: { slug: text('slug').primaryKey() } })],
    ['a column named like a connective', () => entity('a', { columns: { not: text('not') } })],
    [
      'a column that a trait adds',
      () => entity('a', { columns: { deletedAt: timestamp('x') }, traits: { softDelete: true } }),
    ],
    ['a column named like the tenant', () => entity('a', { columns: { tenantId: text('t') } })],
    [
      'a reference without tenant',
      () => entity('a', { columns: { o: uuid('o').references(() => other.table.id) } }),
    ],
    ['an unknown trait', () => entity('a', { columns: columns(), traits: loose({ softdelete: true }) })],
    [
      'encryption of a number',
      () => entity('a', { columns: columns(), traits: { encrypted: { columns: loose(['size']) } } }),
    ],
    [
      'encryption of the key',
      () => entity('a', { columns: { id: text('id') }, traits: { encrypted: { columns: ['id'] } } }),
    ],
    [
      'encryption of a unique column',
      () => entity('a', { columns: { t: text('t').unique() }, traits: { encrypted: { columns: ['t'] } } }),
    ],
    [
      'encryption of what has a default',
      () =>
        entity('a', { columns: { t: text('t').default('x') }, traits: { encrypted: { columns: ['t'] } } }),
    ],
    [
      'encryption under a key that is drawn',
      () =>
        entity('a', {
          columns: { id: serial('id'), t: text('t') },
          traits: { encrypted: { columns: ['t'] } },
        }),
    ],
    [
      'a blind index of plain text',
      () =>
        entity('a', { columns: columns(), traits: { encrypted: { columns: [], blindIndex: ['title'] } } }),
    ],
    [
      'a search over ciphertext',
      () =>
        entity('a', {
          columns: columns(),
          traits: { encrypted: { columns: ['title'] }, searchable: { text: ['title'], semantic: [] } },
        }),
    ],
    [
      'a search over no column',
      () =>
        entity('a', { columns: columns(), traits: { searchable: { text: loose(['body']), semantic: [] } } }),
    ],
    [
      'a relation over no column',
      () =>
        entity('a', {
          columns: columns(),
          relations: { owner: belongsTo(() => other, { field: loose('owner') }) },
        }),
    ],
    [
      'a relation named like a column',
      () =>
        entity('a', {
          columns: columns(),
          relations: { title: belongsTo(() => other, { field: 'ownerId' }) },
        }),
    ],
    [
      'a later relation named like a column',
      () => withRelations(other, { id: hasMany(() => other, { field: 'id' }) }),
    ],
  ])('is refused for %s', (_, define) => {
    expect(define).toThrow(expect.objectContaining({ code: 'AQF_ENTITY_INVALID' }));
  });
});

test('defaults become SQL of their own kind, and text in them is quoted', () => {
  const { table } = entity('a', {
    columns: {
      note: text('no"te').notNull().default(`it's \\ "odd"`),
      size: integer('size').default(-3),
      at: timestamp('at').defaultNow(),
      list: text('list').array().default(['a', 'b "c"']),
    },
    constraints: (self) => [check('size_small', sql`${self.size} < ${10}`)],
  });
  const definitions = getTableConfig(table).columns.map(columnDefinition);
  expect(definitions.slice(1, 5)).toEqual([
    `"no""te" text not null default  E'it''s \\\\ "odd"'`,
    '"size" integer default -3',
    '"at" timestamp default now()',
    `"list" text[] default  E'{"a","b \\\\"c\\\\""}'`,
  ]);
});

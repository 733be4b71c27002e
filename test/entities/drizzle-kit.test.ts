import { afterAll, expect, test } from 'vitest';
import { ensureEntities } from '../../src/entities/index.js';
import { OWNER, type RelationalProvider } from '../../src/relational/index.js';
import { kit } from '../support/drizzle-kit.js';
import { openMigrated } from '../support/embedded.js';
import { makeTempDir } from '../support/temp-dir.js';
import { conversations, ENTITIES, messages, mood, samples, settings, users } from './schema.js';

const open: RelationalProvider[] = [];
afterAll(async () => {
  for (const provider of open) await provider.close();
});

async function freshDatabase(): Promise<RelationalProvider> {
  const provider = await openMigrated(makeTempDir());
  open.push(provider);
  return provider;
}

/** What a database holds of tables that are not ours, without the names of keys, which the two choose differently. */
async function shapeOf(provider: RelationalProvider) {
  const rows = async (text: string) => (await provider.query(OWNER, { text })).rows;
  const tables = `(select oid from pg_class where relkind = 'r' and relnamespace in ('app'::regnamespace, 'public'::regnamespace))`;
  return {
    columns: await rows(
      `select a.attrelid::regclass::text as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as needed,
              pg_get_expr(d.adbin, d.adrelid) as filled
       from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where a.attrelid in ${tables} and a.attnum > 0 order by 1, 2`,
    ),
    keys: await rows(
      `select conrelid::regclass::text as table, pg_get_constraintdef(oid) as key from pg_constraint
       where conrelid in ${tables} and contype <> 'n' order by 1, 2`,
    ),
    indexes: await rows(
      `select tablename, regexp_replace(indexdef, 'INDEX \\S+ ', '') as index from pg_indexes where schemaname in ('app', 'public') order by 1, 2`,
    ),
  };
}

test('what drizzle-kit migrates from the tables of entities is what ensureEntities makes, but for one word', async () => {
  const ours = await freshDatabase();
  await ensureEntities(ours, ENTITIES);

  const theirs = await freshDatabase();
  const tables = Object.fromEntries(
    [users, conversations, messages, samples, settings].map(({ name, table }) => [name, table]),
  );
  const statements = await kit.generateMigration(
    kit.generateDrizzleJson({}),
    kit.generateDrizzleJson({ ...tables, mood }),
  );
  await theirs.transaction(OWNER, (tx) => tx.execute(['create schema app', ...statements].join(';\n')));
  await ensureEntities(theirs, ENTITIES);

  const [made, migrated] = [await shapeOf(ours), await shapeOf(theirs)];
  expect(migrated.columns).toEqual(made.columns);
  expect(migrated.indexes).toEqual(made.indexes);
  // Drizzle cannot say which columns a removed parent clears; ours leaves the tenant alone.
  const keys = made.keys.map(({ table, key }) => ({
    table,
    key: String(key).replace('SET NULL (author_id)', 'SET NULL'),
  }));
  expect(migrated.keys).toEqual(keys);
});

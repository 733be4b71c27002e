import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { migrate, OWNER } from '../../src/relational/index.js';
import {
  checkAdoption,
  type LintFinding,
  lintSql,
  loadSqlParser,
  readSqlFiles,
} from '../../src/schema/index.js';
import { serviceAvailable } from '../services/services.js';
import { describeOnEachDatabase } from '../support/each-database.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PRISMA = fileURLToPath(new URL('prisma-migrations', import.meta.url));

const SCHEMA = `
  import { boolean, entity, text } from 'aquifer/entities';
  export const authors = entity('authors', { columns: { name: text().notNull() } });
  export const notes = entity('notes', {
    columns: { title: text().notNull() /* more */ },
    traits: { softDelete: true, audited: true, events: true },
  });
  export const tables = [authors.table, notes.table];
  export const authorsTable = authors.table;
  export const notesTable = notes.table;`;
const ADOPT = `
  set local lock_timeout = '2s';
  select aquifer.adopt('authors');
  select aquifer.adopt('notes', soft_delete => true, audited => true, events => true);`;

async function lint(...paths: string[]): Promise<LintFinding[]> {
  return lintSql(await loadSqlParser(), await readSqlFiles(paths));
}

const hasServer = await serviceAvailable('postgres');

describe.skipIf(!hasServer)('drizzle-kit on the tables of entities', () => {
  let project: string;
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    project = strangersProject(database.url);
  });
  afterAll(async () => {
    await database.drop();
    await removeTempDir(project);
  });

  test('generates and migrates; adoption in a custom migration leaves nothing to mend', async () => {
    kit(project, 'generate');
    kit(project, 'generate', '--custom', '--name=adopt');
    const custom = readdirSync(join(project, 'drizzle')).find((name) => name.endsWith('_adopt.sql')) ?? '';
    writeFileSync(
      join(project, 'drizzle', custom),
      ADOPT.replaceAll(/;\n/g, ';\n--> statement-breakpoint\n'),
    );
    expect(await lint(join(project, 'drizzle'))).toEqual([]);

    const provider = await openTestPostgres(database);
    await migrate(provider);
    kit(project, 'migrate');
    expect(await checkAdoption(provider)).toEqual([]);
    await provider.close();
  });

  test('is told what its next migration would do to tables in use', async () => {
    const changed = SCHEMA.replace('/* more */', ', pinned: boolean().notNull(), code: text().unique()');
    writeFileSync(join(project, 'schema.ts'), changed);
    kit(project, 'generate', '--name=more');
    const found = await lint(join(project, 'drizzle'));
    expect(found.map(({ rule }) => rule).sort()).toEqual([
      'column-not-null-without-default',
      'lock-timeout-missing',
      'unique-builds-index',
    ]);
    const path = found[0]?.file ?? '';
    writeFileSync(path, `create index concurrently i on notes (title);\n${readFileSync(path, 'utf8')}`);
    expect(await lint(join(project, 'drizzle'))).toContainEqual(
      expect.objectContaining({
        rule: 'concurrently-in-transaction',
        what: expect.stringContaining("Drizzle's migrator"),
      }),
    );
  });
});

describe('the migrations of Prisma', () => {
  test('are read as one transaction a file, and new tables are passed over', async () => {
    const found = await lint(PRISMA);
    expect(
      found.map(
        ({ file, line, rule }) => `${file.slice(PRISMA.length + 1, PRISMA.length + 5)}:${line} ${rule}`,
      ),
    ).toEqual([
      '2026:9 lock-timeout-missing',
      '2026:10 column-not-null-without-default',
      '2026:11 column-type-change',
      '2026:14 drop-column',
      '2026:17 index-not-concurrent',
      '2026:20 constraint-validates',
    ]);
  });
});

await describeOnEachDatabase('tables that Prisma migrated', (open) => {
  test('are adopted within its migration, with the primary keys that it knows', async () => {
    const { provider, dispose } = await open();
    try {
      const sql = readFileSync(join(PRISMA, '20260101100000_init', 'migration.sql'), 'utf8');
      await provider.transaction(OWNER, (tx) => tx.execute(sql));
      expect(await checkAdoption(provider)).toEqual([]);
      const { rows } = await provider.query(OWNER, {
        text: `select pg_get_constraintdef(oid) as key from pg_constraint where conrelid = '"Post"'::regclass and contype in ('p', 'f') order by contype`,
      });
      expect(rows).toEqual([
        {
          key: 'FOREIGN KEY ("organizationId", "authorId") REFERENCES "User"("organizationId", id) ON UPDATE CASCADE ON DELETE RESTRICT',
        },
        { key: 'PRIMARY KEY (id)' },
      ]);
    } finally {
      await dispose();
    }
  });
});

/** A project that has aquifer and drizzle-kit installed: this checkout, as it is built. */
function strangersProject(url: string): string {
  const folder = makeTempDir();
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['drizzle-kit', 'drizzle-orm', 'pg']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
  symlinkSync(ROOT, join(folder, 'node_modules', 'aquifer'), 'dir');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'schema.ts'), SCHEMA);
  const config = { dialect: 'postgresql', schema: './schema.ts', out: './drizzle', dbCredentials: { url } };
  writeFileSync(join(folder, 'drizzle.config.ts'), `export default ${JSON.stringify(config)}`);
  return folder;
}

function kit(project: string, ...args: string[]): string {
  const bin = join(ROOT, 'node_modules', 'drizzle-kit', 'bin.cjs');
  return execFileSync(process.execPath, [bin, ...args], { cwd: project, encoding: 'utf8' });
}

import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate, type RelationalProvider, readMigrations } from '../../src/relational/index.js';
import { openPostgres } from '../../src/relational/postgres/provider.js';
import { serviceUrl } from '../services/services.js';

export const TEST_POOL = { min: 0, max: 4, idleTimeoutMs: 30_000, acquireTimeoutMs: 10_000 };

export interface TestDatabase {
  readonly url: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/** A database of its own on the real server, so that test files can run in parallel. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase('template1');
}

/** The same, migrated: a copy of one that is made once for each state of the migrations. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  return createDatabase(await migratedTemplate());
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const name = `aquifer_test_${randomBytes(6).toString('hex')}`;
  await runOnServer(`create database ${name} template ${template}`);
  return {
    url: urlOf(name),
    drop: async () => void (await runOnServer(`drop database ${name} with (force)`)),
  };
}

export async function openTestPostgres({ url }: Pick<TestDatabase, 'url'>): Promise<RelationalProvider> {
  return openPostgres({ url, pool: TEST_POOL });
}

let template: Promise<string> | undefined;

function migratedTemplate(): Promise<string> {
  template ??= buildTemplate();
  return template;
}

/** Built aside and renamed: test files run in parallel and may all find it missing. */
async function buildTemplate(): Promise<string> {
  const checksums = (await readMigrations()).map(({ checksum }) => checksum).join();
  const key = createHash('sha256').update(checksums).digest('hex').slice(0, 16);
  const name = `aquifer_template_${key}`;
  const found = await runOnServer(`select from pg_database where datname = '${name}'`);
  if (found.rowCount !== 0) return name;
  const aside = `${name}_${randomBytes(6).toString('hex')}`;
  await runOnServer(`create database ${aside}`);
  const provider = await openTestPostgres({ url: urlOf(aside) });
  await migrate(provider);
  await provider.close();
  await runOnServer(`alter database ${aside} rename to ${name}`).catch(async (error: unknown) => {
    await runOnServer(`drop database ${aside} with (force)`);
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
  });
  return name;
}

const DUPLICATE_DATABASE = '42P04';

function urlOf(database: string): string {
  const url = new URL(serviceUrl('postgres'));
  url.pathname = `/${database}`;
  return url.href;
}

async function runOnServer(sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: serviceUrl('postgres') });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

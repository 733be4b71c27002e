import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { RelationalProvider } from '../../src/relational/index.js';
import { openPostgres } from '../../src/relational/postgres/provider.js';
import { serviceUrl } from '../services/services.js';

export const TEST_POOL = { min: 0, max: 4, idleTimeoutMs: 30_000, acquireTimeoutMs: 10_000 };

export interface TestDatabase {
  readonly url: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/** A database of its own on the real server, so that test files can run in parallel. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `aquifer_test_${randomBytes(6).toString('hex')}`;
  await runOnServer(`create database ${name}`);
  const url = new URL(serviceUrl('postgres'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runOnServer(`drop database ${name} with (force)`) };
}

export async function openTestPostgres({ url }: TestDatabase): Promise<RelationalProvider> {
  return openPostgres({ url, pool: TEST_POOL });
}

async function runOnServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serviceUrl('postgres') });
  await client.connect();
  await client.query(sql);
  await client.end();
}

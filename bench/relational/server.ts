import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Where scripts/services puts PostgreSQL. */
const SERVICE_URL = 'postgres://postgres@127.0.0.1:5517/postgres';

/** The server that `--postgres` names, else that of the tests. */
export function serverUrl(option: string | undefined): string {
  return option ?? (process.env.AQUIFER_TEST_POSTGRES_URL || SERVICE_URL);
}

/** A database of its own while `work` runs. */
export async function withDatabase<T>(server: string, work: (url: string) => Promise<T>): Promise<T> {
  const name = `aquifer_bench_${randomBytes(6).toString('hex')}`;
  await runOn(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  try {
    return await work(url.href);
  } finally {
    await runOn(server, `drop database ${name} with (force)`);
  }
}

/** node-postgres as it is, connected while `work` runs. */
export async function withClient<T>(
  config: ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export type ClientConfig = pg.ClientConfig & { readonly pipeline?: boolean };

export async function runOn(url: string, sql: string): Promise<void> {
  await withClient({ connectionString: url }, (client) => client.query(sql));
}

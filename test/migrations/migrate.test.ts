import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  assertMigrated,
  type Migration,
  migrationStatus,
  OWNER,
  type RelationalProvider,
  readMigrations,
  rehearse,
} from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { CLI } from '../support/cli.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const known = await readMigrations();
const NEXT: Migration = {
  version: 9998,
  name: 'next',
  checksum: 'a',
  sql: 'create table aquifer.next_one ()',
};
const BROKEN: Migration = {
  version: 9999,
  name: 'broken',
  checksum: 'b',
  sql: 'create tabel aquifer.other ()',
};

await describeOnEachDatabase('migrations', (open) => {
  let database: OpenedDatabase;
  let provider: RelationalProvider;
  beforeAll(async () => {
    database = await open();
    provider = database.provider;
  });
  afterAll(() => database.dispose());

  test('tell what is applied and when, and what is pending, changed or unknown', async () => {
    const [first, second, ...rest] = known;
    const shipped = [{ ...first, checksum: 'edited' }, ...rest, NEXT] as Migration[];
    const statuses = await migrationStatus(provider, shipped);
    expect(statuses[0]).toMatchObject({ version: 1, state: 'changed', appliedAt: expect.any(Date) });
    expect(statuses[1]).toMatchObject({ version: second?.version, state: 'unknown' });
    expect(statuses[2]).toMatchObject({ version: 3, state: 'applied' });
    expect(statuses.at(-1)).toEqual({ version: 9998, name: 'next', state: 'pending' });
  });

  test('are rehearsed without a trace', async () => {
    expect(await rehearse(provider)).toEqual([]);
    const rehearsed = await rehearse(provider, [...known, NEXT]);
    expect(rehearsed).toEqual([{ version: 9998, name: 'next', sql: NEXT.sql, took: expect.any(Number) }]);
    expect(await exists(provider, 'aquifer.next_one')).toBe(false);
    expect(await migrationStatus(provider)).toHaveLength(known.length);
  });

  test('fail in a rehearsal as they would in earnest', async () => {
    await expect(rehearse(provider, [...known, NEXT, BROKEN])).rejects.toMatchObject({
      code: 'AQF_MIGRATION_FAILED',
      message: expect.stringContaining('9999 (broken)'),
    });
  });

  test('are asserted: behind is an error, newer is an error, equal is fine', async () => {
    await expect(assertMigrated(provider)).resolves.toBeUndefined();
    await expect(assertMigrated(provider, [...known, NEXT])).rejects.toMatchObject({
      code: 'AQF_MIGRATION_PENDING',
      message: expect.stringContaining('9998 (next)'),
    });
    await expect(assertMigrated(provider, known.slice(0, -1))).rejects.toMatchObject({
      code: 'AQF_MIGRATION_CHANGED',
    });
  });
});

const hasServer = await serviceAvailable('postgres');

describe.skipIf(!hasServer)('processes that migrate one server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('killed in the middle leaves the version before', async () => {
    const process = startMigrate(database);
    const provider = await openTestPostgres(database);
    // It holds the lock of migrations while it works, and has committed nothing.
    await vi.waitUntil(() => isMigrating(provider), { timeout: 60_000, interval: 5 });
    process.child.kill('SIGKILL');
    expect((await process.ended).signal).toBe('SIGKILL');
    await vi.waitUntil(async () => !(await isMigrating(provider)), { timeout: 30_000, interval: 20 });
    const states = (await migrationStatus(provider)).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['pending']));
    await provider.close();
  });

  test('that start at once: one applies, the others wait and find nothing to do', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => startMigrate(database).ended));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    const applied = outcomes.map(
      ({ stdout }) => (JSON.parse(stdout) as { applied: unknown[] }).applied.length,
    );
    expect(applied.sort((a, b) => a - b)).toEqual([0, 0, known.length]);
  });
});

function startMigrate({ url }: TestDatabase) {
  const child = spawn(process.execPath, [CLI, 'migrate', '--json'], {
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout }));
  return { child, ended };
}

/** Whether a session of this database holds the lock and has written, but not committed. */
async function isMigrating(provider: RelationalProvider): Promise<boolean> {
  const { rows } = await provider.transaction(OWNER, (tx) =>
    tx.query<{ busy: boolean }>(`
      select exists (
        select from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and a.datname = current_database() and a.pid <> pg_backend_pid()
          and a.backend_xid is not null) as busy`),
  );
  return rows[0]?.busy === true;
}

async function exists(provider: RelationalProvider, table: string): Promise<boolean> {
  const { rows } = await provider.transaction(OWNER, (tx) =>
    tx.query<{ found: boolean }>('select to_regclass($1) is not null as found', [table]),
  );
  return rows[0]?.found === true;
}

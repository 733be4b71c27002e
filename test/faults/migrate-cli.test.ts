import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openEmbedded } from '../../src/relational/embedded/provider.js';
import { OWNER } from '../../src/relational/index.js';
import { cli, cliJson } from '../support/cli.js';
import { migratedDataDir } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

interface Status {
  readonly migrations: readonly {
    readonly version: number;
    readonly state: string;
    readonly appliedAt?: string;
  }[];
}

let folder: string;
beforeAll(() => {
  folder = makeTempDir();
});
afterAll(() => removeTempDir(folder));

describe('aquifer migrate', () => {
  test('goes from an empty database to the last version, by way of a rehearsal and a check', async () => {
    const dataDir = join(folder, 'fresh');
    const rehearsed = await cliJson<{ pending: { version: number; bytes: number; statements: string[] }[] }>([
      'migrate',
      '--dry-run',
      '--data-dir',
      dataDir,
    ]);
    expect(rehearsed.pending[0]).toMatchObject({ version: 1, bytes: expect.any(Number) });
    expect(rehearsed.pending[0]?.statements[0]).toBe('create extension if not exists vector;');

    const behind = await cli(['status', '--data-dir', dataDir], {
      env: { AQUIFER_RELATIONAL_MIGRATE: 'check' },
    });
    expect(behind.code).toBe(1);
    expect(behind.stderr).toContain('The schema is behind: 1 (tenancy), 2 (documents)');
    expect(behind.stderr).toContain('AQF_MIGRATION_PENDING · Run `aquifer migrate`');

    const { applied } = await cliJson<{ applied: unknown[] }>(['migrate', 'up', '--data-dir', dataDir]);
    expect(applied).toHaveLength(rehearsed.pending.length);
    const again = await cli(['migrate', '--data-dir', dataDir]);
    expect(again).toMatchObject({ code: 0, stdout: 'The schema is up to date.\n' });
  });

  test('status tells each migration, and ends with 1 while one is pending', async () => {
    const dataDir = await migratedDataDir(join(folder, 'status'));
    const before = await cliJson<Status>(['migrate', 'status', '--data-dir', dataDir]);
    expect(before.migrations.every(({ state, appliedAt }) => state === 'applied' && appliedAt)).toBe(true);
    const last = before.migrations.at(-1)?.version;

    // Undoing 29 loses vector stores.
    const refused = await cli(['migrate', 'down', '--to', '28', '--data-dir', dataDir]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('AQF_MIGRATION_UNCONFIRMED');
    const { undone } = await cliJson<{ undone: { version: number; lost: string }[] }>([
      'migrate',
      'down',
      '--to',
      '28',
      '--confirm',
      '--data-dir',
      dataDir,
    ]);
    expect(undone.map(({ version }) => version)).toEqual(
      [...Array((last ?? 0) - 28).keys()].map((n) => (last ?? 0) - n),
    );
    expect(undone.at(-1)).toMatchObject({ version: 29, lost: expect.stringContaining('vector store') });

    const after = await cli(['migrate', 'status', '--data-dir', dataDir]);
    expect(after.code).toBe(1);
    expect(after.stdout).toMatch(new RegExp(`^ *${last} .*pending *$`, 'm'));
    const impossible = await cli(['migrate', 'down', '--to', '0', '--confirm', '--data-dir', dataDir]);
    expect(impossible.stderr).toContain('Migration 1 (tenancy) cannot be undone: it makes the ground');
  });

  test('adoption ends with 1 and the SQL that mends, then with 0', async () => {
    const dataDir = await migratedDataDir(join(folder, 'adoption'));
    await run(dataDir, 'create table public.note (id int primary key, tenant_id text)');
    const found = await cli(['migrate', 'adoption', '--data-dir', dataDir]);
    expect(found.code).toBe(1);
    const mend = `select aquifer.adopt('public.note', tenant => 'tenant_id');`;
    expect(found.stdout).toBe(
      `public.note\n  has the column tenant_id and was not adopted: nothing keeps tenants apart\n  Mend: ${mend}\n`,
    );
    await run(dataDir, mend);
    const fine = await cli(['migrate', 'adoption', '--data-dir', dataDir]);
    expect(fine).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Every table with a tenant column'),
    });
  });
});

describe('aquifer migrate lint', () => {
  test('ends with 1 and tells rule, place, what happens and what to do instead', async () => {
    mkdirSync(join(folder, 'sql'));
    writeFileSync(join(folder, 'sql', '1.sql'), `set lock_timeout = '2s';\n\ncreate index i on t (a);\n`);
    const { code, stdout } = await cli(['migrate', 'lint', 'sql'], { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^sql\/1\.sql:3 {2}index-not-concurrent\n {2}CREATE INDEX i blocks every write to t .*\n {2}Instead: CREATE INDEX CONCURRENTLY.*\n\n1 finding in 1 file\.\n$/,
    );
    const json = await cliJson<{ findings: unknown[] }>(['migrate', 'lint', join(folder, 'sql', '1.sql')]);
    expect(json.findings).toMatchObject([{ rule: 'index-not-concurrent', line: 3 }]);
  });

  test('ends with 0 when nothing is found, 1 when a path cannot be read, 2 when there is no SQL', async () => {
    const fine = join(folder, 'fine.sql');
    writeFileSync(fine, 'select 1;');
    expect(await cli(['migrate', 'lint', fine])).toMatchObject({
      code: 0,
      stdout: 'Nothing found in 1 file.\n',
    });
    const missing = await cli(['migrate', 'lint', join(folder, 'nowhere')]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('AQF_FILE_UNREADABLE') });
    mkdirSync(join(folder, 'empty'));
    expect((await cli(['migrate', 'lint', join(folder, 'empty')])).code).toBe(2);
  });
});

async function run(dataDir: string, sql: string): Promise<void> {
  const provider = await openEmbedded({ dataDir });
  await provider.transaction(OWNER, (tx) => tx.execute(sql));
  await provider.close();
}

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  type Migration,
  migrate,
  migrationStatus,
  OWNER,
  type RelationalProvider,
  readMigrations,
  readReversals,
  revert,
} from '../../src/relational/index.js';
import { dumpSchema } from '../../src/schema/index.js';
import { type BareDatabase, describeOnBareDatabases } from './bare-databases.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const known = await readMigrations();
const reversals = await readReversals();
const reversible = known.slice(1);

test('every migration has a reversal, or says why it has none', () => {
  const titles = ({ version, name }: { version: number; name: string }) => `${version} ${name}`;
  expect(reversals.map(titles)).toEqual(known.map(titles));
});

await describeOnBareDatabases('undoing migrations', (open) => {
  let database: BareDatabase;
  let provider: RelationalProvider;
  /** The schema as it was after each version, on the way up. */
  const schemas = new Map<number, string>();
  beforeAll(async () => {
    database = await open();
    provider = database.provider;
    for (const { version } of known) {
      await migrate(provider, upTo(version));
      schemas.set(version, await dumpSchema(provider));
    }
  });
  afterAll(() => database.dispose());

  test('refuses to lose data unasked, and undoes nothing', async () => {
    await expect(revert(provider, { to: 1 })).rejects.toMatchObject({
      code: 'AQF_MIGRATION_UNCONFIRMED',
      message: expect.stringContaining('every document, chunk and vector of every tenant (2)'),
    });
    expect(await lastApplied(provider)).toBe(known.at(-1)?.version);
  });

  test('refuses what has no way back, with the reason', async () => {
    await expect(revert(provider, { to: 0, lossConfirmed: 'confirmed' })).rejects.toMatchObject({
      code: 'AQF_MIGRATION_IRREVERSIBLE',
      message: expect.stringContaining('Migration 1 (tenancy) cannot be undone: it makes the ground'),
    });
  });

  test('refuses a version that is not applied', async () => {
    await expect(revert(provider, { to: 5000 })).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
  });

  test('refuses while keys or adopted tables would be lost', async () => {
    await owner(provider, 'create table public.note (tenant_id text, id int primary key)');
    await owner(provider, `select aquifer.adopt('public.note', keys => 'unique')`);
    const down = revert(provider, { to: 1, lossConfirmed: 'confirmed' });
    await expect(down).rejects.toMatchObject({
      code: 'AQF_MIGRATION_FAILED',
      message: expect.stringContaining('adopted tables would lose their isolation: note'),
    });
    expect(await lastApplied(provider)).toBe(known.at(-1)?.version);
    await owner(provider, `select aquifer.release('public.note'); drop table public.note`);
  });

  test('makes the schema what it was, one version after the other', async () => {
    for (const { version } of reversible.toReversed()) {
      const undone = await revert(provider, { lossConfirmed: 'confirmed' }, upTo(version));
      expect(undone.map((reversal) => reversal.version)).toEqual([version]);
      const before = known.findLast((migration) => migration.version < version)?.version ?? 0;
      expect(await dumpSchema(provider), `after undoing ${version}`).toBe(schemas.get(before));
    }
  });

  test('leaves a database that can be migrated again', async () => {
    expect(await migrate(provider)).toHaveLength(reversible.length);
    expect(await dumpSchema(provider)).toBe(schemas.get(known.at(-1)?.version ?? 0));
  });
});

function upTo(version: number): Migration[] {
  return known.filter((migration) => migration.version <= version);
}

function owner(provider: RelationalProvider, sql: string): Promise<void> {
  return provider.transaction(OWNER, (tx) => tx.execute(sql));
}

async function lastApplied(provider: RelationalProvider): Promise<number | undefined> {
  return (await migrationStatus(provider)).findLast(({ state }) => state === 'applied')?.version;
}

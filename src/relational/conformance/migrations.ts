import { expect, test } from 'vitest';
import { OWNER } from '../context.js';
import { migrate, readMigrations } from '../migrations/index.js';
import { type Opened, rowsOf } from './fixture.js';

export function migrationTests(opened: Opened): void {
  test('has every migration applied, once', async () => {
    expect(await migrate(opened())).toEqual([]);
    const applied = await rowsOf(opened(), OWNER, 'select version from aquifer.migrations');
    expect(applied).toHaveLength((await readMigrations()).length);
  });

  test('refuses a migration that was edited after it was applied', async () => {
    const edited = (await readMigrations()).map((migration) => ({ ...migration, checksum: 'other' }));
    await expect(migrate(opened(), edited)).rejects.toMatchObject({ code: 'AQF_MIGRATION_CHANGED' });
  });

  test('applies all migrations or none', async () => {
    const known = await readMigrations();
    const next = { version: 9998, name: 'good', checksum: 'a', sql: 'create table aquifer.half ()' };
    const broken = { version: 9999, name: 'broken', checksum: 'b', sql: 'create tabel aquifer.other ()' };
    await expect(migrate(opened(), [...known, next, broken])).rejects.toMatchObject({
      code: 'AQF_MIGRATION_FAILED',
    });
    expect(await rowsOf(opened(), OWNER, `select to_regclass('aquifer.half')::text as half`)).toEqual([
      { half: null },
    ]);
  });
}

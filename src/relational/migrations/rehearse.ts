import { OWNER } from '../context.js';
import type { RelationalProvider } from '../provider.js';
import { type Migration, readMigrations } from './migration.js';
import { rolledBack } from './rolled-back.js';
import { applyMigration, missingFrom } from './up.js';

export interface RehearsedMigration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** Milliseconds it took. */
  readonly took: number;
}

/**
 * Applies what is missing in a transaction that is rolled back, so that a failure shows before it matters.
 * The locks that migrations take are held meanwhile.
 * @throws AQF_MIGRATION_CHANGED, AQF_MIGRATION_FAILED
 */
export async function rehearse(
  provider: RelationalProvider,
  migrations?: readonly Migration[],
): Promise<RehearsedMigration[]> {
  const known = migrations ?? (await readMigrations());
  return rolledBack(provider, OWNER, async (tx) => {
    const rehearsed: RehearsedMigration[] = [];
    for (const migration of await missingFrom(tx, known)) {
      const start = performance.now();
      await applyMigration(tx, migration);
      const { version, name, sql } = migration;
      rehearsed.push({ version, name, sql, took: performance.now() - start });
    }
    return rehearsed;
  });
}

import { AquiferError, messageOf } from '../../errors/index.js';
import { OWNER } from '../context.js';
import type { RelationalProvider, Transaction } from '../provider.js';
import { openLedger, readLedger, recordApplied } from './ledger.js';
import { type Migration, readMigrations, titleOf } from './migration.js';
import { assertNothingForeign, compare } from './status.js';

/**
 * Brings the schema up to date, all of it in one transaction: either every missing migration is applied
 * or none. Of processes that do so at once, one applies and the others wait. Returns what was applied.
 * @throws AQF_MIGRATION_CHANGED, AQF_MIGRATION_FAILED
 */
export async function migrate(
  provider: RelationalProvider,
  migrations?: readonly Migration[],
): Promise<Migration[]> {
  const known = migrations ?? (await readMigrations());
  return provider.transaction(OWNER, async (tx) => {
    const missing = await missingFrom(tx, known);
    for (const migration of missing) await applyMigration(tx, migration);
    return missing;
  });
}

/** Locks the ledger and tells what it lacks. */
export async function missingFrom(tx: Transaction, known: readonly Migration[]): Promise<Migration[]> {
  await openLedger(tx);
  const statuses = compare(known, await readLedger(tx));
  assertNothingForeign(statuses);
  const pending = new Set(statuses.filter(({ state }) => state === 'pending').map(({ version }) => version));
  return known.filter(({ version }) => pending.has(version));
}

export async function applyMigration(tx: Transaction, migration: Migration): Promise<void> {
  try {
    await tx.execute(migration.sql);
    await recordApplied(tx, migration);
  } catch (error) {
    const message = `Migration ${titleOf(migration)} failed: ${messageOf(error)}`;
    throw new AquiferError('AQF_MIGRATION_FAILED', message, {
      facts: { version: migration.version, name: migration.name },
      cause: error,
    });
  }
}

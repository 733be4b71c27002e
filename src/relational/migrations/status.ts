import { AquiferError } from '../../errors/index.js';
import { OWNER } from '../context.js';
import type { RelationalProvider } from '../provider.js';
import { type LedgerEntry, readLedger } from './ledger.js';
import { type Migration, readMigrations, titleOf } from './migration.js';

/**
 * `applied` as it ships; `pending`: not applied yet; `changed`: the text differs from the one that was
 * applied; `unknown`: applied by an Aquifer that is newer than this one.
 */
export type MigrationState = 'applied' | 'pending' | 'changed' | 'unknown';

export interface MigrationStatus {
  readonly version: number;
  readonly name: string;
  readonly state: MigrationState;
  readonly appliedAt?: Date;
}

/** Where the schema of a database stands, by version. Reads only. */
export async function migrationStatus(
  provider: RelationalProvider,
  migrations?: readonly Migration[],
): Promise<MigrationStatus[]> {
  const known = migrations ?? (await readMigrations());
  return provider.transaction(OWNER, async (tx) => compare(known, await readLedger(tx)), { access: 'read' });
}

/**
 * For a process that must not migrate by itself: that the schema is the one this version was made for.
 * @throws AQF_MIGRATION_PENDING when it is behind; AQF_MIGRATION_CHANGED
 */
export async function assertMigrated(
  provider: RelationalProvider,
  migrations?: readonly Migration[],
): Promise<void> {
  const statuses = await migrationStatus(provider, migrations);
  assertNothingForeign(statuses);
  const pending = statuses.filter(({ state }) => state === 'pending');
  if (pending.length === 0) return;
  const message = `The schema is behind: ${pending.map(titleOf).join(', ')} not applied.`;
  throw new AquiferError('AQF_MIGRATION_PENDING', message, {
    facts: { pending: pending.map(({ version }) => String(version)) },
  });
}

export function compare(known: readonly Migration[], ledger: readonly LedgerEntry[]): MigrationStatus[] {
  const applied = new Map(ledger.map((entry) => [entry.version, entry]));
  const shipped = known.map((migration) => statusOf(migration, applied.get(migration.version)));
  const versions = new Set(known.map(({ version }) => version));
  const unknown = ledger
    .filter(({ version }) => !versions.has(version))
    .map(({ version, name, appliedAt }) => ({ version, name, appliedAt, state: 'unknown' as const }));
  return [...shipped, ...unknown].sort((a, b) => a.version - b.version);
}

function statusOf({ version, name, checksum }: Migration, entry: LedgerEntry | undefined): MigrationStatus {
  if (!entry) return { version, name, state: 'pending' };
  const state = entry.checksum === checksum ? 'applied' : 'changed';
  return { version, name, state, appliedAt: entry.appliedAt };
}

/** @throws AQF_MIGRATION_CHANGED when the database has what this version does not ship */
export function assertNothingForeign(statuses: readonly MigrationStatus[]): void {
  const foreign = statuses.find(({ state }) => state === 'unknown' || state === 'changed');
  if (!foreign) return;
  const facts = { version: foreign.version, name: foreign.name };
  if (foreign.state === 'changed') {
    const message = `Migration ${titleOf(foreign)} differs from the one that was applied.`;
    throw new AquiferError('AQF_MIGRATION_CHANGED', message, { facts });
  }
  const message = `The database has migration ${titleOf(foreign)}, which this version of Aquifer does not know.`;
  throw new AquiferError('AQF_MIGRATION_CHANGED', message, {
    facts,
    hint: 'The database was used with a newer Aquifer. Update this one.',
  });
}

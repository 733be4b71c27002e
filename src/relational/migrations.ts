import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AquiferError, messageOf } from '../errors/index.js';
import { OWNER } from './context.js';
import type { RelationalProvider, Transaction } from './provider.js';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly checksum: string;
}

interface AppliedMigration extends Record<string, unknown> {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

const FOLDER = new URL('../../sql/migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;
/** Any number serves, as long as it is the same everywhere: ASCII "aqua". */
const LOCK_KEY = 0x61717561;

/** The migrations that ship with Aquifer, in order. */
export async function readMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  return Promise.all(names.map((file) => readMigration(folder, file)));
}

async function readMigration(folder: URL, file: string): Promise<Migration> {
  const [, version, name] = FILE_NAME.exec(file) ?? [];
  const sql = await readFile(fileURLToPath(new URL(file, folder)), 'utf8');
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { version: Number(version), name: name ?? file, sql, checksum };
}

/**
 * Brings the schema up to date, all of it in one transaction: either every missing migration is applied
 * or none. Returns what was applied.
 * @throws AQF_MIGRATION_CHANGED, AQF_MIGRATION_FAILED
 */
export async function migrate(provider: RelationalProvider, migrations?: Migration[]): Promise<Migration[]> {
  const known = migrations ?? (await readMigrations());
  return provider.transaction(OWNER, async (tx) => {
    await prepareLedger(tx);
    const applied = await readLedger(tx);
    for (const migration of applied) assertUnchanged(migration, known);
    const missing = known.filter(({ version }) => !applied.some((entry) => entry.version === version));
    for (const migration of missing) await apply(tx, migration);
    return missing;
  });
}

async function prepareLedger(tx: Transaction): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
  await tx.query('create schema if not exists aquifer');
  await tx.query(`
    create table if not exists aquifer.migrations (
      version integer primary key, name text not null, checksum text not null,
      applied_at timestamptz not null default now())`);
}

async function readLedger(tx: Transaction): Promise<AppliedMigration[]> {
  const sql = 'select version, name, checksum from aquifer.migrations order by version';
  return (await tx.query<AppliedMigration>(sql)).rows;
}

function assertUnchanged(applied: AppliedMigration, known: readonly Migration[]): void {
  const facts = { version: applied.version, name: applied.name };
  const ours = known.find(({ version }) => version === applied.version);
  if (!ours) {
    const message = `The database has migration ${applied.version} (${applied.name}), which this version of Aquifer does not know.`;
    throw new AquiferError('AQF_MIGRATION_CHANGED', message, {
      facts,
      hint: 'The database was used with a newer Aquifer. Update this one.',
    });
  }
  if (ours.checksum !== applied.checksum) {
    const message = `Migration ${applied.version} (${applied.name}) differs from the one that was applied.`;
    throw new AquiferError('AQF_MIGRATION_CHANGED', message, { facts });
  }
}

async function apply(tx: Transaction, migration: Migration): Promise<void> {
  try {
    await tx.execute(migration.sql);
    await tx.query('insert into aquifer.migrations (version, name, checksum) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
  } catch (error) {
    const message = `Migration ${migration.version} (${migration.name}) failed: ${messageOf(error)}`;
    throw new AquiferError('AQF_MIGRATION_FAILED', message, {
      facts: { version: migration.version, name: migration.name },
      cause: error,
    });
  }
}

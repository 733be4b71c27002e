import type { Transaction } from '../provider.js';
import type { Migration } from './migration.js';

/** A row of `aquifer.migrations`. */
export interface LedgerEntry {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly appliedAt: Date;
}

/** Any number serves, as long as it is the same everywhere: ASCII "aqua". */
const LOCK_KEY = 0x61717561;

/** A statement of a migration that cannot have its lock gives up, before everyone has queued up behind it. */
const LOCK_TIMEOUT = '10s';

/** Waits until no other process changes the schema, and makes the ledger where there is none. */
export async function openLedger(tx: Transaction): Promise<void> {
  // Neither the wait for another process nor a migration is bound by the timeout of ordinary statements.
  await tx.query(`select set_config('statement_timeout', '0', true)`);
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
  await tx.query(`select set_config('lock_timeout', $1, true)`, [LOCK_TIMEOUT]);
  await tx.query('create schema if not exists aquifer');
  await tx.query(`
    create table if not exists aquifer.migrations (
      version integer primary key, name text not null, checksum text not null,
      applied_at timestamptz not null default now())`);
}

/** What was applied, in order; nothing in a database that Aquifer never saw. */
export async function readLedger(tx: Transaction): Promise<LedgerEntry[]> {
  const { rows } = await tx.query<{ exists: boolean }>(
    `select to_regclass('aquifer.migrations') is not null as exists`,
  );
  if (!rows[0]?.exists) return [];
  const sql = `select version, name, checksum, applied_at as "appliedAt" from aquifer.migrations order by version`;
  return (await tx.query<LedgerEntry & Record<string, unknown>>(sql)).rows;
}

export async function recordApplied(tx: Transaction, migration: Migration): Promise<void> {
  await tx.query('insert into aquifer.migrations (version, name, checksum) values ($1, $2, $3)', [
    migration.version,
    migration.name,
    migration.checksum,
  ]);
}

export async function recordReverted(tx: Transaction, version: number): Promise<void> {
  await tx.query('delete from aquifer.migrations where version = $1', [version]);
}

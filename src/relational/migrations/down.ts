import { AquiferError, messageOf } from '../../errors/index.js';
import { OWNER } from '../context.js';
import type { RelationalProvider, Transaction } from '../provider.js';
import { openLedger, readLedger, recordReverted } from './ledger.js';
import { type Migration, readMigrations, titleOf } from './migration.js';
import { type Reversal, readReversals } from './reversal.js';
import { assertNothingForeign, compare } from './status.js';

export interface RevertOptions {
  /** The version that stays the last one. @default the one before the last applied */
  readonly to?: number;
  /** What must be given for reversals that lose data. */
  readonly lossConfirmed?: 'confirmed';
}

/**
 * Undoes the last migrations, newest first, all in one transaction. Returns what was undone.
 * @throws AQF_MIGRATION_IRREVERSIBLE, AQF_MIGRATION_UNCONFIRMED, AQF_MIGRATION_CHANGED, AQF_MIGRATION_FAILED
 */
export async function revert(
  provider: RelationalProvider,
  options: RevertOptions = {},
  migrations?: readonly Migration[],
  reversals?: readonly Reversal[],
): Promise<Reversal[]> {
  const known = migrations ?? (await readMigrations());
  const ways = reversals ?? (await readReversals());
  return provider.transaction(OWNER, async (tx) => {
    await openLedger(tx);
    const statuses = compare(known, await readLedger(tx));
    assertNothingForeign(statuses);
    const applied = statuses.filter(({ state }) => state === 'applied').map(({ version }) => version);
    const chosen = choose(applied, options.to, known).map((migration) => reversalOf(migration, ways));
    assertAllowed(chosen, options);
    for (const reversal of chosen) await undo(tx, reversal);
    return chosen;
  });
}

function choose(
  applied: readonly number[],
  to: number | undefined,
  known: readonly Migration[],
): Migration[] {
  const stays = to ?? applied.at(-2) ?? 0;
  if (stays !== 0 && !applied.includes(stays)) {
    const message = `Version ${stays} is not applied; applied are ${applied.join(', ') || 'none'}.`;
    throw new AquiferError('AQF_ARGUMENT_INVALID', message, { facts: { to: stays } });
  }
  return known.filter(({ version }) => version > stays && applied.includes(version)).toReversed();
}

function reversalOf(migration: Migration, ways: readonly Reversal[]): Reversal {
  const found = ways.find(({ version }) => version === migration.version);
  return (
    found ?? {
      version: migration.version,
      name: migration.name,
      sql: '',
      irreversible: 'no reversal was written',
    }
  );
}

/** Before anything is undone: `--to 3` must not stop halfway. */
function assertAllowed(chosen: readonly Reversal[], { lossConfirmed }: RevertOptions): void {
  const stuck = chosen.find(({ irreversible }) => irreversible !== undefined);
  if (stuck) {
    const message = `Migration ${titleOf(stuck)} cannot be undone: ${stuck.irreversible}`;
    throw new AquiferError('AQF_MIGRATION_IRREVERSIBLE', message, { facts: { version: stuck.version } });
  }
  const losses = chosen.filter(({ loses }) => loses !== undefined);
  if (losses.length === 0 || lossConfirmed) return;
  const message = `This would lose ${losses.map((reversal) => `${reversal.loses} (${reversal.version})`).join('; ')}.`;
  throw new AquiferError('AQF_MIGRATION_UNCONFIRMED', message, {
    facts: { versions: losses.map(({ version }) => String(version)) },
  });
}

async function undo(tx: Transaction, reversal: Reversal): Promise<void> {
  try {
    await tx.execute(reversal.sql);
    await recordReverted(tx, reversal.version);
  } catch (error) {
    const message = `Undoing migration ${titleOf(reversal)} failed: ${messageOf(error)}`;
    throw new AquiferError('AQF_MIGRATION_FAILED', message, {
      facts: { version: reversal.version, name: reversal.name },
      hint: 'Nothing was undone. The message says what stands in the way.',
      cause: error,
    });
  }
}

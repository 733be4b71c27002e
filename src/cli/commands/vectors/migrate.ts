import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { ResolvedConfig } from '../../../config/index.js';
import { AquiferError } from '../../../errors/index.js';
import { tenantContext } from '../../../tenancy/index.js';
import {
  fileJournal,
  type MigrationProgress,
  migrateVectors,
  type SpaceMigration,
} from '../../../vectors/migrate/index.js';
import { EXIT } from '../../exit-codes.js';
import { interruptible } from '../../interrupt.js';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../../options.js';
import { createProgress, type Progress } from '../../output/progress.js';
import { loadCommandConfig } from '../../session.js';
import { formatMigrations } from './report.js';
import { openStore, STORE_KINDS, type StoreKind } from './stores.js';

interface MigrateOptions extends CommonOptions {
  readonly from: StoreKind;
  readonly to: StoreKind;
  readonly dryRun?: boolean;
  readonly deleteExtra?: boolean;
  readonly batch: number;
  readonly samples: number;
}

const JOURNAL = 'vectors-migration.json';

const NOTES = `
Copies the vectors of a tenant, space by space, and then compares both stores: count, a checksum over everything, and the
nearest neighbours of some vectors. What differs is copied again. It may be stopped at any time, also with kill -9: the
next run goes on from the last batch (${JOURNAL} in the data folder remembers it). Vectors in pgvector have half
precision: they are compared after rounding to it.

While an application goes on writing, it writes to both stores (dualWriteStore in aquifer's documentation).

Examples:
  aquifer vectors migrate --from chromadb --to pgvector --dry-run
  aquifer vectors migrate --from chromadb --to pgvector --tenant acme`;

export function registerMigrateVectors(vectors: Command, setExitCode: (code: number) => void): void {
  const store = (flags: string, description: string) =>
    new Option(flags, description).choices([...STORE_KINDS]).makeOptionMandatory();
  withCommonOptions(vectors.command('migrate'))
    .description('copy vectors from one store to another, and prove that both hold the same')
    .addOption(store('--from <store>', 'where they are'))
    .addOption(store('--to <store>', 'where they shall be'))
    .option('--dry-run', 'show what would be copied, and write nothing')
    .option('--delete-extra', 'delete from the target what the source does not have')
    .option('--batch <records>', 'records read and written at once', wholeNumber(1, 5000), 500)
    .option('--samples <vectors>', 'vectors whose neighbours are compared', wholeNumber(0, 1000), 20)
    .addHelpText('after', NOTES)
    .action(async (options: MigrateOptions) => {
      if (options.from === options.to) {
        throw new AquiferError('AQF_ARGUMENT_INVALID', '--from and --to must differ.');
      }
      const config = await loadCommandConfig(options);
      for (const warning of config.warnings) process.stderr.write(`warning: ${warning}\n`);
      const done = await interruptible((signal) => migrateTenant(config, options, signal));
      if (done === 'interrupted') setExitCode(EXIT.interrupted);
      else if (options.json) console.log(JSON.stringify({ spaces: done }));
      else console.log(formatMigrations(done));
    });
}

async function migrateTenant(
  config: ResolvedConfig,
  options: MigrateOptions,
  signal: AbortSignal,
): Promise<SpaceMigration[] | 'interrupted'> {
  const { tenant, dataDir } = config.values;
  await mkdir(dataDir, { recursive: true });
  const from = await openStore(options.from, config.values);
  try {
    const to = await openStore(options.to, config.values);
    const shown = new ShownProgress(options.json ?? false);
    try {
      return await migrateVectors({
        from: from.store,
        to: to.store,
        contexts: [tenantContext({ tenantId: tenant, actorId: 'cli' })],
        journal: fileJournal(join(dataDir, JOURNAL)),
        mode: options.dryRun ? 'dry-run' : 'migrate',
        extra: options.deleteExtra ? 'delete' : 'refuse',
        batch: options.batch,
        samples: options.samples,
        signal,
        onProgress: (progress) => shown.update(progress),
      });
    } catch (error) {
      if (signal.aborted) return 'interrupted';
      throw error;
    } finally {
      shown.finish();
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** One line a space and phase. */
class ShownProgress {
  readonly #silent: boolean;
  #label: string | undefined;
  #progress: Progress | undefined;

  constructor(silent: boolean) {
    this.#silent = silent;
  }

  update({ space, phase, done, total }: MigrationProgress): void {
    const label = `${phase === 'copying' ? 'Copying' : 'Comparing'} ${space.name} of ${space.model}`;
    if (label !== this.#label) {
      this.finish();
      this.#label = label;
      this.#progress = createProgress({ label, unit: 'vectors', total, silent: this.#silent });
    }
    this.#progress?.update(done, { total: Math.max(done, total) });
  }

  finish(): void {
    this.#progress?.finish();
    this.#progress = undefined;
  }
}

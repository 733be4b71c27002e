import type { Command } from 'commander';
import { type MigrationStatus, migrationStatus } from '../../../relational/index.js';
import { EXIT } from '../../exit-codes.js';
import { type CommonOptions, withDataDir } from '../../options.js';
import { formatTable } from '../../output/table.js';
import { withDatabase } from '../../session.js';

const NOTES = `
  applied    as this version ships it
  pending    not applied yet
  changed    its text differs from the one that was applied
  unknown    applied by a newer Aquifer

Exit code 1 when anything is not applied as it ships.`;

export function registerMigrationStatus(migrate: Command, setExitCode: (code: number) => void): void {
  withDataDir(migrate.command('status'))
    .description('each migration: whether and when it was applied')
    .addHelpText('after', NOTES)
    .action(async (options: CommonOptions) => {
      const migrations = await withDatabase(options, (provider) => migrationStatus(provider));
      console.log(options.json ? JSON.stringify({ migrations }) : formatStatus(migrations));
      if (migrations.some(({ state }) => state !== 'applied')) setExitCode(EXIT.failed);
    });
}

function formatStatus(migrations: readonly MigrationStatus[]): string {
  const rows = migrations.map(({ version, name, state, appliedAt }) => [
    String(version),
    name,
    state,
    appliedAt?.toISOString() ?? '',
  ]);
  return formatTable(['version', 'name', 'state', 'applied at'], rows);
}

import type { Command } from 'commander';
import { revert } from '../../../relational/index.js';
import { type CommonOptions, wholeNumber, withDataDir } from '../../options.js';
import { formatTable } from '../../output/table.js';
import { withDatabase } from '../../session.js';

interface DownOptions extends CommonOptions {
  readonly to?: number;
  readonly confirm?: boolean;
}

const NOTES = `
Some migrations cannot be undone, and some lose data: the command then says why or what, and does nothing.
A process that opens the database with relational.migrate "auto" applies them again: stop those first, or
set it to "check".`;

export function registerDown(migrate: Command): void {
  withDataDir(migrate.command('down'))
    .description('undo the last migration, or all after a version')
    .option('--to <version>', 'the version that stays the last one', wholeNumber(0, 9999))
    .option('--confirm', 'lose the data that undoing loses')
    .addHelpText('after', NOTES)
    .action(async (options: DownOptions) => {
      const { to, confirm } = options;
      const chosen = {
        ...(to !== undefined && { to }),
        ...(confirm && { lossConfirmed: 'confirmed' as const }),
      };
      const undone = (await withDatabase(options, (provider) => revert(provider, chosen))).map(
        ({ version, name, loses }) => ({ version, name, ...(loses !== undefined && { lost: loses }) }),
      );
      if (options.json) console.log(JSON.stringify({ undone }));
      else if (undone.length === 0) console.log('Nothing to undo.');
      else
        console.log(
          formatTable(
            ['undone', 'name'],
            undone.map(({ version, name }) => [String(version), name]),
          ),
        );
    });
}

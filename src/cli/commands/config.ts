import type { Command } from 'commander';
import { describeConfig } from '../../config/index.js';
import { type CommonOptions, withCommonOptions } from '../options.js';
import { formatTable } from '../output/table.js';
import { loadCommandConfig } from '../session.js';

export function registerConfig(program: Command): void {
  withCommonOptions(program.command('config'))
    .description('every setting in force and where its value came from, secrets masked')
    .action(async (options: CommonOptions) => {
      const config = await loadCommandConfig(options);
      const rows = describeConfig(config);
      if (options.json) {
        console.log(JSON.stringify({ settings: rows, warnings: config.warnings }));
        return;
      }
      const table = formatTable(
        ['setting', 'value', 'source', 'note'],
        rows.map(({ path, value, source, note }) => [path, value, source, note ?? '']),
      );
      console.log([table, ...config.warnings.map((warning) => `warning: ${warning}`)].join('\n'));
    });
}

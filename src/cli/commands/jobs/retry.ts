import type { Command } from 'commander';
import { type CommonOptions, withDataDir } from '../../options.js';
import { withWorkplace } from './workplace.js';

export function registerRetry(jobs: Command): void {
  withDataDir(jobs.command('retry'))
    .description('put turns that failed back in the queue')
    .argument('[id]', 'id of a turn, as jobs list shows it (default: all)')
    .action(async (id: string | undefined, options: CommonOptions) => {
      const retried = await withWorkplace(options, ({ queue }) => queue.retry(id));
      if (options.json) console.log(JSON.stringify({ retried }));
      else console.log(`Put ${retried} turn${retried === 1 ? '' : 's'} back in the queue.`);
    });
}

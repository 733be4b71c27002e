import type { Command } from 'commander';
import { type CommonOptions, withDataDir } from '../../options.js';
import { untilEmbedded } from './until-embedded.js';
import { withWorkplace } from './workplace.js';

export function registerRun(jobs: Command): void {
  withDataDir(jobs.command('run'))
    .description('embed what waits, of all tenants, until nothing does')
    .action(async (options: CommonOptions) => {
      const backlog = await withWorkplace(options, async ({ pipeline }) => {
        await pipeline.start();
        await untilEmbedded(async () => (await pipeline.backlog()).documents);
        return pipeline.backlog();
      });
      if (options.json) console.log(JSON.stringify(backlog));
      else
        console.log(
          backlog.dead === 0 ? 'Everything is embedded.' : `Gave up ${backlog.dead} documents: jobs list`,
        );
    });
}

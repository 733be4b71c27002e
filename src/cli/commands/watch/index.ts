import { type Command, Option } from 'commander';
import { FOLLOWED_OPERATIONS } from '../../../live/index.js';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../../options.js';
import { changesOfDatabase } from './from-database.js';
import { changesOfServer } from './from-server.js';
import { printChanges } from './print.js';
import { untilInterrupted } from './until-interrupted.js';

export type Operation = (typeof FOLLOWED_OPERATIONS)[number];

export interface WatchOptions extends CommonOptions {
  readonly entity?: string;
  readonly operation?: readonly Operation[];
  readonly from?: string;
  readonly limit?: number;
  readonly url?: string;
  readonly key?: string;
}

export function registerWatch(program: Command): void {
  withCommonOptions(program.command('watch'))
    .description('print the changes of a tenant as they are committed, until Ctrl-C')
    .option('--entity <name>', 'of this entity alone; documents are aquifer.documents')
    .addOption(
      new Option('--operation <names...>', 'of these kinds alone (default: all)').choices(
        FOLLOWED_OPERATIONS,
      ),
    )
    .option('--from <position>', 'go on from where an earlier watch was (default: now)')
    .option('--limit <number>', 'end after so many changes', wholeNumber(1, 1_000_000_000))
    .option('--url <address>', 'ask a server in place of the database: http://127.0.0.1:4100')
    .addOption(new Option('--key <text>', 'its API key').env('AQUIFER_API_KEY'))
    .action((options: WatchOptions) =>
      untilInterrupted(async (signal) => {
        const changes = options.url === undefined ? changesOfDatabase : changesOfServer;
        await changes(options, signal, (told) => printChanges(told, options));
      }),
    );
}

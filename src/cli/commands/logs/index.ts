import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Command, Option } from 'commander';
import { AquiferError, messageOf } from '../../../errors/index.js';
import { wholeNumber } from '../../options.js';
import { coloursFor } from '../../output/colours.js';
import { LEVELS, logLine } from './log-line.js';

interface LogsOptions {
  readonly level?: string;
  readonly tenant?: string;
  readonly request?: string;
  readonly slow?: number;
}

const NOTES = `
Examples:
  aquifer serve 2>server.log            the server logs JSON lines on standard error
  aquifer logs server.log --level warn
  aquifer serve 2>&1 >/dev/null | aquifer logs --slow 100`;

export function registerLogs(program: Command): void {
  program
    .command('logs')
    .description('print the JSON lines of a server’s log for people')
    .argument('[file]', 'the log (default: standard input)')
    .addOption(new Option('--level <level>', 'the least level to show').choices(LEVELS))
    .option('--tenant <id>', 'of this tenant alone')
    .option('--request <id>', 'of this request alone')
    .option('--slow <ms>', 'requests and statements that took as long', wholeNumber(0, 3_600_000))
    .addHelpText('after', NOTES)
    .action((file: string | undefined, options: LogsOptions) => printLog(file, options));
}

async function printLog(file: string | undefined, options: LogsOptions): Promise<void> {
  const { level, tenant, request, slow } = options;
  const colours = coloursFor(process.stdout);
  const input = file === undefined ? process.stdin : createReadStream(file);
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      const line = logLine(text, { level, tenant, request, slow }, colours);
      if (line !== undefined) console.log(line);
    }
  } catch (error) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', `The log cannot be read: ${messageOf(error)}`);
  }
}

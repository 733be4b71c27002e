import { Command, CommanderError } from 'commander';
import { isAquiferError } from '../errors/index.js';
import { commands } from './commands/index.js';
import { reportError } from './error-report.js';
import { EXIT } from './exit-codes.js';
import { readVersion } from './version.js';

const EXAMPLES = `
Examples:
  aquifer ingest ~/papers --tenant acme            store a folder of documents
  aquifer search "who approves travel?" --tenant acme
  aquifer documents list --json                    for scripts
  aquifer eval ./scifact                           measure retrieval on a BEIR folder

Exit codes: 0 fine, 1 some files or the command failed, 2 wrong usage.
Settings: aquifer config shows each value in force and where it came from.`;

/** Runs one command line and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.fine;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    reportError(error, { json: args.includes('--json') });
    return isUsageError(error) ? EXIT.usage : EXIT.failed;
  }
}

function createProgram(setExitCode: (code: number) => void): Command {
  const program = new Command('aquifer')
    .description('The data layer for AI applications: documents in, cited passages out.')
    .version(readVersion())
    .showHelpAfterError('(aquifer --help lists the commands)')
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  for (const register of commands) register(program, setExitCode);
  for (const command of program.commands) inheritExit(command);
  return program;
}

function inheritExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) inheritExit(child);
}

function isUsageError(error: unknown): boolean {
  return isAquiferError(error, 'AQF_ARGUMENT_INVALID') || isAquiferError(error, 'AQF_CONFIG_INVALID');
}

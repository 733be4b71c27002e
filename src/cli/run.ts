import { Command, CommanderError } from 'commander';
import { AquiferError, isAquiferError } from '../errors/index.js';
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

const HINT = 'aquifer --help lists the commands';

/** Runs one command line and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.fine;
  const json = args.includes('--json');
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const program = await createProgram(setExitCode, { json, names: namesFor(args) });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return endOfCommandLine(error, json);
    reportError(error, { json });
    return isUsageError(error) ? EXIT.usage : EXIT.failed;
  }
}

/** The command that is asked for; all of them for their list, and for words that are none. */
function namesFor([first = '']: readonly string[]): readonly string[] | undefined {
  if (first === '--version' || first === '-V') return [];
  return Object.hasOwn(commands, first) ? [first] : undefined;
}

export interface ProgramOptions {
  readonly json?: boolean;
  /** @default all */
  readonly names?: readonly string[] | undefined;
}

/** The commands as they are registered, for `run` and for tests that walk over all of them. */
export async function createProgram(
  setExitCode: (code: number) => void,
  { json = false, names = Object.keys(commands) }: ProgramOptions = {},
): Promise<Command> {
  const program = new Command('aquifer')
    .description('The data layer for AI applications: documents in, cited passages out.')
    .version(readVersion())
    .showHelpAfterError(`(${HINT})`)
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  // For programs, the one line of JSON that `run` writes in the end takes the place of the text.
  if (json) program.configureOutput({ writeErr: () => {} });
  for (const name of names) (await commands[name]?.())?.(program, setExitCode);
  for (const command of program.commands) inheritExit(command);
  return program;
}

function inheritExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) inheritExit(child);
}

/** The parser of the command line has ended it: with help or the version, or because it is wrong. */
function endOfCommandLine({ exitCode, message }: CommanderError, json: boolean): number {
  if (exitCode === 0) return EXIT.fine;
  if (json) {
    const text = message.replace(/^error: /, '');
    reportError(new AquiferError('AQF_ARGUMENT_INVALID', text, { hint: HINT }), { json });
  }
  return EXIT.usage;
}

function isUsageError(error: unknown): boolean {
  return isAquiferError(error, 'AQF_ARGUMENT_INVALID') || isAquiferError(error, 'AQF_CONFIG_INVALID');
}

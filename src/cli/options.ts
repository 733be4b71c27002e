import { type Command, InvalidArgumentError, Option } from 'commander';

/** Options that most commands share. */
export interface CommonOptions {
  readonly tenant?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

export function withCommonOptions(command: Command): Command {
  return withDataDir(command).option(
    '-t, --tenant <id>',
    'tenant to work for (default: the configured one, "default")',
  );
}

export function withDataDir(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'folder of the embedded database (default: .aquifer)')
    .option('--json', 'print JSON for programs');
}

/** `key=value`, repeatable. */
export function pairsOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collectPair).default({}, 'none');
}

function collectPair(text: string, previous: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`Expected key=value, got ${JSON.stringify(text)}.`);
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max && /^\d+$/.test(text)) return value;
    throw new InvalidArgumentError(
      `Expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}.`,
    );
  };
}

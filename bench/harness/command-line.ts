import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';

export interface CommandLine {
  readonly benchmarks: readonly Benchmark[];
  /** File that the measurements are written to. */
  readonly json: string | undefined;
  readonly help: boolean;
  /** The value of an option of a benchmark's own. */
  option(name: string): string | undefined;
}

/** @throws Error with a message for the user */
export function parseCommandLine(args: readonly string[], known: readonly Benchmark[]): CommandLine {
  const names = known.flatMap(({ options = {} }) => Object.keys(options));
  const own = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...own,
      only: { type: 'string', multiple: true },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const { only, json, help = false } = values;
  const given: Readonly<Record<string, unknown>> = values;
  return {
    benchmarks: only?.map((name) => benchmarkNamed(name, known)) ?? known,
    json,
    help,
    option: (name) => given[name]?.toString(),
  };
}

export function usage(known: readonly Benchmark[]): string {
  const options = {
    '--only <name>': 'this benchmark alone; may be repeated',
    '--json <file>': 'also write [{ metric, value, unit, reference, ratio }]',
    ...Object.assign({}, ...known.map(ownOptions)),
  };
  const benchmarks = Object.fromEntries(known.map(({ name, about }) => [name, about]));
  return ['npm run bench -- [options]', '', ...listed(options), '', ...listed(benchmarks)].join('\n');
}

function ownOptions({ name, options = {} }: Benchmark): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).map(([option, about]) => [`--${option} <value>`, `${name}: ${about}`]),
  );
}

function listed(lines: Readonly<Record<string, string>>): string[] {
  return Object.entries(lines).map(([name, about]) => `  ${name.padEnd(22)} ${about}`);
}

function benchmarkNamed(name: string, known: readonly Benchmark[]): Benchmark {
  const found = known.find((benchmark) => benchmark.name === name);
  if (found) return found;
  throw new Error(`There is no benchmark "${name}"; there are ${known.map((each) => each.name).join(', ')}.`);
}

/** @throws Error with a message for the user */
export function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new Error(`--${option} must be a whole number from 1, not "${text}".`);
}

import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createProgram } from '../../src/cli/run.js';
import { openEmbedded } from '../../src/relational/embedded/provider.js';
import { cli } from '../support/cli.js';
import { cliHere } from '../support/cli-here.js';
import { migratedDataDir } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let folder: string;
beforeAll(() => {
  folder = makeTempDir();
});
afterAll(() => removeTempDir(folder));

const commands = descendants(await createProgram(() => {}));

describe('aquifer --help', () => {
  test('lists every command with what it does, examples and exit codes', async () => {
    const { code, stdout, stderr } = await cliHere(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of ['ingest', 'search', 'documents', 'status', 'config', 'eval', 'demo']) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b.*  \\S`, 'm'));
    }
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('Exit codes: 0 fine, 1 some files or the command failed, 2 wrong usage.');
  });

  test.each(commands.map((command) => [pathOf(command), command] as const))(
    'of %s describes the command and each of its arguments and options',
    (path, command) => {
      const help = command.helpInformation();
      expect(help).toContain(`Usage: ${path}`);
      expect(command.description()).not.toBe('');
      for (const option of command.options) expect(option.description, option.flags).not.toBe('');
      for (const argument of command.registeredArguments)
        expect(argument.description, argument.name()).not.toBe('');
    },
  );

  test('of a command is printed with its notes', async () => {
    const { code, stdout } = await cliHere(['ingest', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: aquifer ingest \[options\] <paths\.\.\.>/);
    expect(stdout).toContain('Each document is stored whole or not at all');
  });

  test('--version prints the version of the package', async () => {
    expect(await cli(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('a wrong command line', () => {
  test.each([
    [['bogus'], "unknown command 'bogus'"],
    [['status', '--bogus'], "unknown option '--bogus'"],
    [['search'], "missing required argument 'question'"],
    [['search', 'x', '--mode', 'magic'], 'Allowed choices are lexical, semantic, hybrid'],
    [['search', 'x', '--limit', '0'], 'Expected a whole number from 1 to 1000, got "0"'],
    [['search', 'x', '--filter', 'novalue'], 'Expected key=value, got "novalue"'],
    [['documents', 'show'], "missing required argument 'id'"],
  ])('ends with 2: %j', async (args, message) => {
    const plain = await cliHere(args);
    expect(plain).toMatchObject({ code: 2, stdout: '' });
    expect(plain.stderr).toContain(message);
    expect(plain.stderr).toContain('aquifer --help');
  });

  test('ends its process with 2, and says so on standard error', async () => {
    expect(await cli(['status', '--bogus'])).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: expect.stringContaining("unknown option '--bogus'"),
    });
  });

  test('ends with 2 for an empty tenant, which must not become the default one', async () => {
    const { code, stderr } = await cliHere(['documents', 'list', '--tenant', '']);
    expect(code).toBe(2);
    expect(stderr).toContain('tenant (command line) is empty');
  });

  test('is reported as one line of JSON with --json', async () => {
    const { code, stdout, stderr } = await cliHere(['search', 'x', '--mode', 'magic', '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'AQF_ARGUMENT_INVALID', message: expect.stringContaining('Allowed choices') },
    });
  });

  test('without any command shows the help and ends with 2', async () => {
    const { code, stdout, stderr } = await cliHere([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: aquifer');
  });
});

describe('a database that cannot be had', () => {
  test('because another process has it ends with 1 and names the process', async () => {
    const dataDir = await migratedDataDir(join(folder, 'locked'));
    const provider = await openEmbedded({ dataDir });
    const plain = await cli(['status', '--data-dir', dataDir]);
    const json = await cli(['documents', 'list', '--data-dir', dataDir, '--json']);
    await provider.close();
    expect(plain).toMatchObject({ code: 1, stdout: '' });
    expect(plain.stderr).toMatch(new RegExp(`open in process ${process.pid} .*\nAQF_DATABASE_LOCKED · `));
    expect(json).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'AQF_DATABASE_LOCKED' } });
  });

  test('because its folder cannot be made ends with 1, a code and no stack', async () => {
    const { code, stderr } = await cliHere([
      'status',
      '--data-dir',
      join(import.meta.filename, 'below-a-file'),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('AQF_DATABASE_UNAVAILABLE');
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('aquifer demo', () => {
  test('answers its question from the handbook, and stores nothing anew the second time', async () => {
    const dataDir = await migratedDataDir(join(folder, 'demo'));
    const first = await cli(['demo', '--once', '--data-dir', dataDir]);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^The sample handbook is stored: [1-9]\d* documents new, 0 unchanged\.\n/);
    expect(first.stdout).toContain('Sample rows are stored: 30 suppliers, 48 contacts.');
    expect(first.stdout).toMatch(/^1\. .*travel/im);
    expect(first.stdout).toContain('Try next:');
    const second = await cliHere(['demo', '--once', '--data-dir', dataDir]);
    expect(second.stdout).toMatch(/^The sample handbook is stored: 0 documents new, [1-9]\d* unchanged\.\n/);
  });
});

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

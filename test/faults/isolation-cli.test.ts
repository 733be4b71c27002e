import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createProgram } from '../../src/cli/run.js';
import { cli } from '../support/cli.js';
import { HOSTILE_TEXTS } from '../support/hostile-values.js';
import { openLayer } from '../support/layer.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { QUESTION, revealed, SHARED_SOURCE, storeTwoTenants } from '../support/two-tenants.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let folder: string;
let dataDir: string;
let note: string;
let beir: string;
let secrets: readonly string[];
let idsOfAlice: readonly string[];

beforeAll(async () => {
  folder = makeTempDir();
  dataDir = join(folder, 'data');
  note = join(folder, 'note.md');
  writeFileSync(note, '# Note\n\nA note about travel.');
  beir = writeBeir(join(folder, 'tiny'));
  const layer = await openLayer(dataDir);
  ({ secrets, aliceIds: idsOfAlice } = await storeTwoTenants(layer));
  await layer.close();
});
afterAll(() => removeTempDir(folder));

/** What an argument of the command line can hold: anything but NUL, and never half a surrogate pair. */
const hostile = HOSTILE_TEXTS.map((text) => text.replaceAll('\u0000', '').toWellFormed()).filter(
  (text) => text !== '' && text.length < 8000,
);
const pairs = (flag: string) => hostile.flatMap((text) => [flag, `${text.replaceAll('=', '')}=${text}`]);
const idOfAlice = () => idsOfAlice[0] ?? '';

/** How Bob uses each command. Functions, for the folder is made later. */
const WALK: Readonly<Record<string, readonly (() => readonly string[])[]>> = {
  ingest: [
    () => [note],
    () => [note, ...pairs('--metadata')],
    () => [join(folder, 'vermilion', 'falconridge-1.md')],
    () => ['--', ...hostile],
  ],
  search: [
    () => [QUESTION],
    () => ['zanzibarium falconridge', '--mode', 'lexical', '--limit', '1000'],
    () => ['zanzibarium', '--mode', 'semantic', '--json'],
    () => [QUESTION, '--filter', 'owner=quillfeather', '--json'],
    () => ['--', hostile.join(' ').slice(0, 9000)],
    () => [QUESTION, ...pairs('--filter')],
  ],
  'documents list': [
    () => ['--json'],
    () => ['--after', SHARED_SOURCE],
    () => ['--after', hostile.join('').slice(0, 4000)],
  ],
  'documents show': [() => [idOfAlice()], () => ['--', hostile.join('')]],
  'documents delete': [() => [idOfAlice()], () => ['--json', '--', ...hostile]],
  'documents restore': [() => [idOfAlice()], () => ['--json', '--', ...hostile]],
  'keys list': [() => ['--json'], () => []],
  'keys create': [
    () => ['--json'],
    () => [`--name=${hostile.join('').slice(0, 100)}`],
    () => ['--role', 'owner'],
  ],
  'keys rotate': [() => [idOfAlice()], () => ['--', hostile.join('').slice(0, 2000)]],
  'keys revoke': [() => [idOfAlice()], () => ['--', hostile.join('').slice(0, 2000)]],
  status: [() => ['--json']],
  config: [() => []],
  eval: [() => [beir, '--mode', 'lexical']],
  demo: [() => ['--once']],
  'jobs requeue': [() => ['--json'], () => [idOfAlice()], () => ['--', hostile.join('')]],
  'models change': [() => ['--status'], () => ['--status', '--collection', hostile.join('').slice(0, 2000)]],
  'vectors migrate': [() => ['--from', 'pgvector', '--to', 'pgvector', '--dry-run']],
};
/** These are for whoever operates it: they look at the schema, or at what waits of all tenants. */
const OPERATOR = [
  'jobs list',
  'jobs retry',
  'jobs run',
  'migrate adoption',
  'migrate down',
  'migrate lint',
  'migrate status',
  'migrate up',
  'tenants create',
  'tenants list',
  'tenants resume',
  'tenants suspend',
  'logs',
];
/** They go on until they are ended; tests of their own walk them (test/server, test/mcp, test/cli/watch). */
const ENDLESS = ['mcp', 'serve', 'watch'];
/** These work for a tenant of their own. */
const OWN_TENANT = ['eval', 'demo'];

describe('the command line of one tenant', () => {
  test('is walked through every command', async () => {
    const walked = [...Object.keys(WALK), ...OPERATOR, ...ENDLESS];
    expect(walked.sort()).toEqual(leaves(await createProgram(() => {})).sort());
  });

  test.each(Object.entries(WALK))('shows nothing of another tenant through %s', async (command, calls) => {
    for (const call of calls) {
      const args = call();
      const tenant = OWN_TENANT.includes(command) ? [] : ['--tenant', 'bob'];
      const { code, stdout, stderr } = await cli([
        ...command.split(' '),
        '--data-dir',
        dataDir,
        ...tenant,
        ...args,
      ]);
      expect(revealed(secrets, { stdout, stderr }, args)).toEqual([]);
      expect([0, 1, 2], stderr).toContain(code);
      expect(stderr).not.toMatch(/AQF_INTERNAL|AQF_QUERY_FAILED|^ {4}at /m);
    }
  });

  test.each(["' or '1'='1", 'hushed-acme*', '%'])('refuses the tenant %j', async (tenant) => {
    const { code, stderr } = await cli(['status', '--data-dir', dataDir, `--tenant=${tenant}`, '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'AQF_CONFIG_INVALID' } });
  });

  test('leaves the other tenant as it was', async () => {
    const { stdout } = await cli(['status', '--data-dir', dataDir, '--tenant', 'hushed-acme', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ documents: 41, chunks: 41 });
  });
});

/** The commands that do something, such as `documents list`. */
function leaves(command: Command, path: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [path.join(' ')];
  return command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
}

function writeBeir(target: string): string {
  mkdirSync(join(target, 'qrels'), { recursive: true });
  writeFileSync(join(target, 'corpus.jsonl'), '{"_id":"d1","title":"","text":"A text about travel."}\n');
  writeFileSync(join(target, 'queries.jsonl'), '{"_id":"q1","text":"travel"}\n');
  writeFileSync(join(target, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\nq1\td1\t1\n');
  return target;
}

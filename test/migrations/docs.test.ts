import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RULE_IDS } from '../../src/schema/index.js';
import { cliHere } from '../support/cli-here.js';
import { tempDir } from '../support/temp-dir.js';

const PAGE = readFileSync(new URL('../../docs/migrations.md', import.meta.url), 'utf8');

test('docs/migrations.md explains every rule of the lint', () => {
  const table = PAGE.slice(PAGE.indexOf('| rule | what it finds |'));
  const explained = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z-]+)`/g)].map(([, rule]) => rule),
  );
  expect(explained.sort()).toEqual([...RULE_IDS].sort());
});

test('docs/migrations.md shows what lint prints', async () => {
  const example =
    /<!-- lint -->\n```sql\n([\s\S]*?)```\n\n```console\n\$ npx aquifer (.*)\n([\s\S]*?)```/.exec(PAGE);
  const [, sql = '', command = '', output] = example ?? [];
  const cwd = tempDir();
  writeFileSync(join(cwd, command.split(' ').at(-1) ?? ''), sql);
  expect((await cliHere(command.split(' '), { cwd })).stdout).toBe(output);
});

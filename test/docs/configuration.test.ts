import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configReference } from '../../src/config/index.js';
import { tempDir } from '../support/temp-dir.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'dist/cli/main.js');
const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
const examples = [...page.matchAll(/```console\n\$ (?<command>.+)\n(?<output>[\s\S]*?)```/g)].map(
  ({ groups: { command = '', output = '' } = {} }) => ({ command, output }),
);

describe('docs/configuration.md', () => {
  it('lists the settings as the schema has them', () => {
    const [, table] = /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(page) ?? [];
    expect(table).toBe(configReference());
  });

  it('shows examples', () => {
    expect(examples.length).toBeGreaterThan(1);
  });

  it.each(examples)('shows what this prints: $command', ({ command, output }) => {
    expect(run(command)).toBe(output);
  });
});

/** Runs `NAME='value' … npx aquifer …` with these variables and no others, in an empty folder. */
function run(command: string): string {
  const [assignments = '', args = ''] = command.split(' npx aquifer ');
  const env = Object.fromEntries(
    [...assignments.matchAll(/(\w+)='?([^' ]*)'?/g)].map(([, name, value]) => [name, value]),
  );
  const { stdout, stderr } = spawnSync(process.execPath, [cli, ...args.split(' ')], {
    cwd: tempDir(),
    env,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

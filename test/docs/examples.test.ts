import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migratedDataDir } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((page) =>
  page.endsWith('.md'),
);

interface Example {
  readonly name: string;
  readonly code: string;
}

/** The blocks marked `ts` of a page, named by page and number. */
function examplesOf(page: string): Example[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\r?\n(.*?)^```/gms)].map(([, code = ''], index) => ({
    name: `${page.replace(/\W+/g, '-')}-${index + 1}`,
    code,
  }));
}

/** A project of a stranger that has aquifer installed: this checkout, as it is built. */
function strangersProject(examples: readonly Example[]): string {
  const project = makeTempDir();
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, join(project, 'node_modules/aquifer'), 'dir');
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'), 'dir');
  mkdirSync(join(project, 'node_modules/@prisma'));
  for (const guest of ['@prisma/client', 'kysely', 'typeorm']) {
    symlinkSync(join(ROOT, 'node_modules', guest), join(project, 'node_modules', guest), 'dir');
  }
  cpSync(join(ROOT, 'examples/prisma-chat/src/generated'), join(project, 'generated'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    types: ['node'],
    skipLibCheck: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  for (const { name, code } of examples) writeFileSync(join(project, `${name}.ts`), code);
  return project;
}

function compile(project: string): string {
  try {
    return execFileSync(process.execPath, [TSC, '-p', project], { encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout ?? error);
  }
}

let project: string;
let complaints: string;
beforeAll(() => {
  project = strangersProject(PAGES.flatMap(examplesOf));
  complaints = compile(project);
});
afterAll(() => removeTempDir(project));

test('every example in README and docs compiles', () => {
  expect(PAGES.flatMap(examplesOf).length).toBeGreaterThan(1);
  expect(complaints).toBe('');
});

test("README's first example runs and prints what it promises", () => {
  const [example] = examplesOf('README.md');
  const output = execFileSync(process.execPath, [`${example?.name}.js`], { cwd: project, encoding: 'utf8' });
  expect(output).toMatch(/^handbook\/travel\.md .*trip abroad is approved/i);
  expect(output.trimEnd()).toMatch(/\[\]$/);
});

test('the examples of docs/traits.md run and print what they promise', async () => {
  const examples = examplesOf('docs/traits.md').filter(({ code }) => code.includes('console.log'));
  const printed = [];
  for (const { name } of examples) {
    const env = { ...process.env, AQUIFER_DATA_DIR: await migratedDataDir(join(project, name)) };
    const options = { cwd: project, encoding: 'utf8', env } as const;
    printed.push(execFileSync(process.execPath, [`${name}.js`], options));
  }
  expect(printed.join('')).toContain('login 192.0.2.7\ntrue\n');
  expect(printed.join('')).toMatch(
    /field: 'title',\s+base: 'Welcome',\s+row: 'Welcome back',\s+branch: 'Summer'/,
  );
  expect(printed.join('')).toContain('{ waiting: 0, oldestMs: 0 }');
});

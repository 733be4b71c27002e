import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { migratedDataDir } from '../support/embedded.js';
import { tempDir } from '../support/temp-dir.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

function examplesOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
}

/** What the comments beside `console.log` promise. */
function promised(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, output = '']) => output);
}

const PAGES = ['docs/caching.md', 'docs/caching-results.md'];

test.each(PAGES)('the examples of %s compile, run, and print what they promise', async (page) => {
  const examples = examplesOf(page);
  const project = tempDir();
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, join(project, 'node_modules/aquifer'), 'dir');
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'), 'dir');
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    skipLibCheck: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  for (const [index, code] of examples.entries()) writeFileSync(join(project, `example${index}.ts`), code);
  execFileSync(process.execPath, [TSC, '-p', project], { encoding: 'utf8' });
  for (const [index, code] of examples.entries()) {
    const env = { ...process.env, AQUIFER_DATA_DIR: await migratedDataDir(join(project, `data${index}`)) };
    const options = { cwd: project, encoding: 'utf8', env } as const;
    const printed = execFileSync(process.execPath, [`example${index}.js`], options);
    expect(printed.trimEnd().split('\n')).toEqual(promised(code));
    expect(promised(code).length).toBeGreaterThan(0);
  }
});

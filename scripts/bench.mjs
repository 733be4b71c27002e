// Runs the benchmarks against what ships: strips the types of bench/ into .bench/ and lets its imports of ../src
// mean ../dist. Types are checked by `npm run typecheck`. Arguments go to bench/main.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const output = join(root, '.bench');

process.chdir(root);
compile();
linkProduct();
await import(pathToFileURL(join(output, 'bench', 'main.js')).href);

function compile() {
  rmSync(join(output, 'bench'), { recursive: true, force: true });
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.bench.json')], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

function linkProduct() {
  const link = join(output, 'src');
  if (!existsSync(link)) symlinkSync(join(root, 'dist'), link, 'junction');
}

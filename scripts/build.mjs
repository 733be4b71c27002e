// Compiles src/ to dist/, and builds the console. Plain JavaScript because it runs before TypeScript is compiled.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConsole } from './build-console.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');
const dist = join(root, 'dist');

compile();
removeOrphans();
chmodSync(join(dist, 'cli/main.js'), 0o755);
await buildConsole();

/** Types are checked by `npm run typecheck`: whoever installs the sources tonight waits for their code alone. */
function compile() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json'), '--noCheck'], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Outputs whose source is gone. Compiling over a living dist/ keeps threads that run from it alive. */
function removeOrphans() {
  for (const output of readdirSync(dist, { recursive: true })) {
    if (/^console[/\\]/.test(String(output))) continue;
    const source = String(output).replace(/\.(d\.ts|js|js\.map)$/, '.ts');
    if (source !== String(output) && !existsSync(join(src, source))) rmSync(join(dist, String(output)));
  }
}

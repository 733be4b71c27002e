// Builds console/ to dist/console with Vite, and compresses what is served. Does nothing while console/ is as it was.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const output = join(root, 'dist', 'console');
const stamp = join(root, 'node_modules', '.cache', 'aquifer', 'console-built');
const TEXTS = /\.(html|js|css|svg)$/;

export async function buildConsole() {
  if (isBuilt()) return;
  // A file that is edited while Vite runs is newer than this.
  const startedAt = new Date();
  rmSync(stamp, { force: true });
  const { build } = await import('vite');
  await build({ configFile: join(root, 'console', 'vite.config.js') });
  compress();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}

function isBuilt() {
  if (!existsSync(join(output, 'index.html')) || !existsSync(stamp)) return false;
  const builtAt = statSync(stamp).mtimeMs;
  const inputs = readdirSync(join(root, 'console'), { recursive: true }).map((name) => join('console', name));
  return [...inputs, 'console', 'package-lock.json'].every(
    (path) => statSync(join(root, path)).mtimeMs <= builtAt,
  );
}

/** Once, and well, rather than at every request. */
function compress() {
  for (const name of readdirSync(output, { recursive: true })) {
    if (!TEXTS.test(name)) continue;
    const content = readFileSync(join(output, name));
    writeFileSync(join(output, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(output, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
}

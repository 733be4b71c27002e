import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const scripts = fileURLToPath(new URL('../../scripts/', import.meta.url));
const longAgo = new Date('2020-01-01');

// Stands in for the compiler: says what fails, and leaves what `ready` looks for.
const buildScript = `
  import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
  if (existsSync('src/broken.ts')) process.exit(3);
  mkdirSync('dist/cli', { recursive: true });
  writeFileSync('dist/cli/main.js', '');
`;

let clone: string;

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'aquifer-ready-'));
  await write('package.json', '{ "engines": { "node": ">=20.19" } }');
  await write('package-lock.json', lockfile('1.0.0'));
  await write('node_modules/.package-lock.json', lockfile('1.0.0'));
  await write('tsconfig.json', '{}');
  await write('src/index.ts', '');
  await write('console/index.html', '');
  await write('scripts/build.mjs', buildScript);
  await copyFile(join(scripts, 'ready.mjs'), join(clone, 'scripts/ready.mjs'));
});
afterEach(() => rm(clone, { recursive: true }));

test('compiles a clone that was never compiled', () => {
  expect(ready()).toMatchObject({ status: 0, stdout: 'Compiling (scripts/build.mjs) …\n' });
});

test('is silent when there is nothing to do', () => {
  ready();
  expect(ready()).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

test.each(['src/index.ts', 'console/index.html'])('compiles again after %s changed', async (file) => {
  ready();
  await changeAfterBuild(file);
  expect(ready().stdout).toContain('Compiling');
});

test('does not compile again after a test file changed', async () => {
  await write('src/index.test.ts', '');
  ready();
  await changeAfterBuild('src/index.test.ts');
  expect(ready().stdout).toBe('');
});

test('compiles again when the output was deleted', async () => {
  ready();
  await rm(join(clone, 'dist'), { recursive: true });
  expect(ready().stdout).toContain('Compiling');
});

test('passes the failure of the compiler on, and tries again the next time', async () => {
  ready();
  await write('src/broken.ts', '');
  await changeAfterBuild('src/broken.ts');
  expect(ready().status).toBe(3);
  expect(ready().status).toBe(3);
});

test('installs when the lockfile asks for another version than is installed', async () => {
  await write('package-lock.json', lockfile('1.0.1'));
  await write('npm-cli.js', 'console.log("npm", ...process.argv.slice(2));');
  expect(ready().stdout).toMatch(/^Installing packages \(npm ci\) …\nnpm ci\n/);
});

test('does not miss an optional package, which may be for another platform', async () => {
  await write(
    'package-lock.json',
    lockfile('1.0.0', { 'node_modules/other': { version: '1.0.0', optional: true } }),
  );
  expect(ready().stdout).not.toContain('Installing');
});

test('refuses a Node older than the package allows, and says what it needs', async () => {
  await write('package.json', '{ "engines": { "node": ">=999.5" } }');
  const { status, stderr } = ready();
  expect(status).toBe(1);
  expect(stderr).toContain(`needs Node 999.5 or newer, this is ${process.versions.node}`);
});

function lockfile(version: string, more: Record<string, object> = {}): string {
  return JSON.stringify({
    packages: { '': {}, 'node_modules/some': { version, integrity: version }, ...more },
  });
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(clone, path)), { recursive: true });
  await writeFile(join(clone, path), content);
  // Folders carry the time of what is created in them.
  await utimes(join(clone, path), longAgo, longAgo);
  await utimes(dirname(join(clone, path)), longAgo, longAgo);
}

async function changeAfterBuild(path: string): Promise<void> {
  const later = new Date(Date.now() + 60_000);
  await utimes(join(clone, path), later, later);
}

function ready() {
  return spawnSync(process.execPath, [join(clone, 'scripts/ready.mjs')], {
    cwd: clone,
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: join(clone, 'npm-cli.js') },
  });
}

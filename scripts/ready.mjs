// Makes a clone ready to run: right Node, packages installed, sources compiled. Silent when there is nothing to do.
// Plain JavaScript on Node's own modules, because it runs before anything is installed or compiled.
import { spawnSync } from 'node:child_process';
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

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const entry = join(root, 'dist', 'cli', 'main.js');
// In node_modules, so that a fresh installation compiles anew, and so that it is never published.
const buildStamp = join(root, 'node_modules', '.cache', 'aquifer', 'built');

requireNode();
if (!isInstalled()) install();
if (!isBuilt()) build();

function requireNode() {
  const { engines } = readJson('package.json');
  const required = /(\d+)\.(\d+)/.exec(engines.node).slice(1).map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > required[0] || (major === required[0] && minor >= required[1])) return;
  console.error(
    `Aquifer needs Node ${required.join('.')} or newer, this is ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(1);
}

/** Whether node_modules holds what the lockfile asks for, by npm's own record of what it installed. */
function isInstalled() {
  const recordPath = join('node_modules', '.package-lock.json');
  if (!existsSync(join(root, recordPath))) return false;
  const installed = readJson(recordPath).packages;
  return Object.entries(readJson('package-lock.json').packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    // Optional ones may be for another platform.
    if (!found) return Boolean(wanted.optional || wanted.devOptional);
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function install() {
  console.log('Installing packages (npm ci) …');
  // Started by `npm start`, use that very npm; by its JavaScript file, as Windows spawns npm.cmd only in a shell.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('npm-cli.js')) run(process.execPath, [npm, 'ci']);
  else run('npm', ['ci'], { shell: process.platform === 'win32' });
}

function isBuilt() {
  if (!existsSync(entry) || !existsSync(buildStamp)) return false;
  const builtAt = statSync(buildStamp).mtimeMs;
  return [...buildInputs()].every((path) => statSync(path).mtimeMs <= builtAt);
}

/** Folders too: their time tells of a deleted file. */
function* buildInputs() {
  for (const name of ['package-lock.json', 'tsconfig.json', 'src', 'console']) yield join(root, name);
  for (const folder of ['src', 'console']) {
    for (const name of readdirSync(join(root, folder), { recursive: true })) {
      if (!name.endsWith('.test.ts')) yield join(root, folder, name);
    }
  }
}

function build() {
  console.log('Compiling (scripts/build.mjs) …');
  // A file that is edited while the compiler runs is newer than this.
  const startedAt = new Date();
  rmSync(buildStamp, { force: true });
  run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
  mkdirSync(dirname(buildStamp), { recursive: true });
  writeFileSync(buildStamp, '');
  utimesSync(buildStamp, startedAt, startedAt);
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status || 1);
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

// Checks the package as its users get it: packs it, installs the tarball in an empty project with npm 10 and npm 11,
// type checks and imports every entry point there, and runs the first example of the README.
// Usage: node scripts/check-package.mjs [--readme <file>]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const NPM_MAJORS = [10, 11];
const EXAMPLE_TIMEOUT_MS = 5 * 60_000;
const ALLOWED = [/^dist\/(?!.*\.test\.)(?!.*\.tsbuildinfo$).+/, /^sql\/.+\.sql$/];
const REQUIRED = ['README.md', 'CHANGELOG.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts'];

/** Their classes extend those of an optional peer, which an empty project does not have. */
const OF_PEERS = ['./adapters/langchain'];

class CheckFailed extends Error {}

const { values: options } = parseArgs({
  options: { readme: { type: 'string', default: join(root, 'README.md') } },
});
const workspace = mkdtempSync(join(tmpdir(), 'aquifer-package-'));
try {
  const tarball = pack();
  const projects = NPM_MAJORS.map((major) => install(tarball, major));
  importEntryPoints(projects);
  typeCheckEntryPoints(projects[0]);
  runReadmeExample(projects[0]);
  console.log('package: fine');
} catch (error) {
  if (!(error instanceof CheckFailed)) throw error;
  console.error(`package: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

function pack() {
  const output = npm(['pack', '--json', '--pack-destination', workspace], { cwd: root });
  const [{ filename, files, size }] = JSON.parse(output);
  const paths = files.map(({ path }) => path);
  const foreign = paths.filter(
    (path) => !REQUIRED.includes(path) && !ALLOWED.some((allowed) => allowed.test(path)),
  );
  if (foreign.length > 0) throw new CheckFailed(`these files must not ship: ${foreign.join(', ')}`);
  const lacking = REQUIRED.filter((path) => !paths.includes(path));
  if (lacking.length > 0) throw new CheckFailed(`these files must ship but do not: ${lacking.join(', ')}`);
  console.log(`package: ${filename}, ${paths.length} files, ${Math.ceil(size / 1024)} KiB`);
  return join(workspace, filename);
}

/** An empty project has no .npmrc, so npm 10 runs the install scripts of dependencies, as it does for most users. */
function install(tarball, major) {
  const project = join(workspace, `npm-${major}`);
  mkdirSync(project);
  const type = 'module';
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type }));
  const startedAt = Date.now();
  const nodeTypes = `@types/node@${manifest.devDependencies['@types/node']}`;
  npm(['exec', '--yes', `npm@${major}`, '--', 'install', '--no-audit', '--no-fund', tarball, nodeTypes], {
    cwd: project,
  });
  console.log(`package: installs with npm ${major} in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return project;
}

function entryPoints() {
  return Object.keys(manifest.exports)
    .filter((subpath) => subpath !== './package.json' && !OF_PEERS.includes(subpath))
    .map((subpath) => subpath.replace(/^\./, manifest.name));
}

function importEntryPoints(projects) {
  // The conformance suites run under Vitest, which an empty project does not have; their types are checked.
  const names = entryPoints().filter((name) => name !== `${manifest.name}/testing`);
  const source = names.map((name) => `await import('${name}');\n`).join('');
  for (const project of projects) {
    writeFileSync(join(project, 'import.js'), source);
    must(run(process.execPath, ['import.js'], { cwd: project }), 'an entry point cannot be imported');
  }
  console.log(`package: ${names.length} entry points can be imported (${names.join(', ')})`);
}

function typeCheckEntryPoints(project) {
  const source = entryPoints().map(
    (name, index) => `import * as entry${index} from '${name}';\nvoid entry${index};\n`,
  );
  writeFileSync(join(project, 'entry-points.ts'), source.join(''));
  compile(project, 'entry-points.ts', 'the types of an entry point are wrong');
  console.log('package: the types of all entry points check in strict mode');
}

function runReadmeExample(project) {
  const [, example] = /^```ts\r?\n(.*?)^```/ms.exec(readFileSync(options.readme, 'utf8')) ?? [];
  if (example === undefined) throw new CheckFailed(`${options.readme} has no \`\`\`ts block`);
  writeFileSync(join(project, 'readme-example.ts'), example);
  compile(project, 'readme-example.ts', "README's first example does not compile");
  const ran = run(process.execPath, ['readme-example.js'], { cwd: project, timeout: EXAMPLE_TIMEOUT_MS });
  must(ran, "README's first example fails");
  console.log(
    `package: README's first example runs and prints\n${ran.stdout.trimEnd().replace(/^/gm, '  ')}`,
  );
}

/** Emits beside the source. Errors in the declarations of other packages are not ours to fix. */
function compile(project, file, complaint) {
  const flags =
    '--module nodenext --target es2023 --strict --exactOptionalPropertyTypes --types node --pretty false';
  const ran = run(process.execPath, [tsc, ...flags.split(' '), file], { cwd: project });
  const errors = ran.stdout.split('\n').filter((line) => /error TS\d+/.test(line));
  const ours = errors.filter(
    (line) => !line.startsWith('node_modules/') || line.startsWith('node_modules/aquifer/'),
  );
  if (ours.length > 0) throw new CheckFailed(`${complaint}:\n${ours.join('\n')}`);
  if (errors.length === 0) must(ran, 'the compiler fails');
}

function npm(args, { cwd }) {
  const cli = process.env.npm_execpath;
  const ran = cli?.endsWith('npm-cli.js')
    ? run(process.execPath, [cli, ...args], { cwd })
    : run('npm', args, { cwd, shell: process.platform === 'win32' });
  return must(ran, `npm ${args.join(' ')} fails`).stdout;
}

function run(command, args, settings) {
  // Without npm's variables, which would carry this project's configuration over to the empty one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  return spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, env, ...settings });
}

function must(ran, complaint) {
  if (ran.status === 0) return ran;
  const reason = ran.error?.message ?? (ran.signal ? `ended by ${ran.signal}` : `exit code ${ran.status}`);
  throw new CheckFailed(`${complaint} (${reason})\n${ran.stdout}\n${ran.stderr}`);
}

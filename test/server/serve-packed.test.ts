import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migratedDataDir } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
/** Packing and compiling on a machine that does much else. */
const TIMEOUT_MS = 180_000;
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const PROGRAM = `
import { createDataLayer } from 'aquifer';
import { type ServeOptions, type Serving, serve } from 'aquifer/server';

const options: ServeOptions = { port: 0, logLevel: 'silent' };
await using layer = await createDataLayer();
const scope = layer.scope({ tenantId: 'acme', actorId: 'ann' });
await scope.documents.ingest({ source: 'pump.md', text: 'The pump is primed with oil, never with water.' });
const { key } = await scope.apiKeys.create({ name: 'test', roles: ['viewer'] });
const serving: Serving = await serve(layer, options);
const answer = await fetch(serving.url + '/api/search', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + key, 'content-type': 'application/json' },
  body: JSON.stringify({ question: 'What primes the pump?', limit: 1 }),
});
const { results } = (await answer.json()) as { results: { source: string }[] };
const taken = await serve(layer, { port: Number(new URL(serving.url).port), logLevel: 'silent' }).catch((error) => error.code);
await Promise.all([serving.close(), serving.close()]);
const after = await fetch(serving.url).then(() => 'open', () => 'closed');
// The layer is the program's own.
console.log(JSON.stringify([answer.status, results[0]?.source, taken, after, (await scope.documents.count()).documents]));
`;

let project: string;
beforeAll(() => {
  project = strangersProject();
}, TIMEOUT_MS);
afterAll(() => removeTempDir(project));

/** A project that has the packed package and what it depends on, and none of its optional peers. */
function strangersProject(): string {
  const folder = makeTempDir();
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'aquifer'), { recursive: true });
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }));
  execFileSync('tar', [
    '-xzf',
    join(folder, filename),
    '-C',
    join(modules, 'aquifer'),
    '--strip-components=1',
  ]);
  const peers = Object.keys(manifest.peerDependencies);
  for (const name of packages(join(ROOT, 'node_modules'))) {
    if (peers.includes(name)) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'dir');
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'program.ts'), PROGRAM);
  return folder;
}

function packages(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (name.startsWith('.')) return [];
    return name.startsWith('@') ? readdirSync(join(folder, name)).map((each) => `${name}/${each}`) : [name];
  });
}

test(
  'the types of aquifer/server check without an optional peer',
  () => {
    const flags =
      '--module nodenext --target es2023 --lib es2023,esnext.disposable --strict --exactOptionalPropertyTypes';
    const args = [...flags.split(' '), '--types', 'node', '--pretty', 'false', 'program.ts'];
    const errors = output(() =>
      execFileSync(process.execPath, [TSC, ...args], { cwd: project, encoding: 'utf8' }),
    );
    // Declarations of other packages are not ours.
    const ours = errors.split('\n').filter((line) => /^(program|node_modules\/aquifer\/)/.test(line));
    expect(ours).toEqual([]);
    expect(readdirSync(project)).toContain('program.js');
  },
  TIMEOUT_MS,
);

test(
  'a program serves its own layer by aquifer/server',
  async () => {
    const env = {
      PATH: process.env.PATH ?? '',
      AQUIFER_DATA_DIR: await migratedDataDir(join(project, 'data')),
    };
    const { stdout } = await run(process.execPath, ['program.js'], { cwd: project, env });
    expect(JSON.parse(stdout)).toEqual([200, 'pump.md', 'AQF_SERVER_UNAVAILABLE', 'closed', 1]);
  },
  TIMEOUT_MS,
);

function output(compile: () => string): string {
  try {
    return compile();
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout ?? error);
  }
}

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempDir } from './temp-dir.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/** Copies an example to a folder of its own, with this checkout installed as `aquifer`, and compiles it. */
export async function exampleProject(name: string, packages: readonly string[]): Promise<string> {
  const examples = makeTempDir();
  cpSync(join(ROOT, 'examples'), examples, { recursive: true, filter: (path) => !path.includes('handbook') });
  const project = join(examples, name);
  for (const wanted of ['@types/node', ...packages]) {
    const target = join(project, 'node_modules', wanted);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', wanted), target, 'dir');
  }
  symlinkSync(ROOT, join(project, 'node_modules', 'aquifer'), 'dir');
  await run(project, [TSC, '-p', '.'], {});
  return project;
}

/** Runs Node there, in an environment that has nothing but `variables`. Resolves to what it printed. */
export function run(cwd: string, args: readonly string[], variables: NodeJS.ProcessEnv): Promise<string> {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, args, { cwd, env: { PATH, HOME, TMPDIR, ...variables } });
  let printed = '';
  const hear = (chunk: Buffer) => {
    printed += chunk.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`exit ${code}: ${printed}`)),
    );
  });
}

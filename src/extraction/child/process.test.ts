import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_EXTRACTION_LIMITS } from '../limits.js';
import { ExtractionProcess } from './process.js';

const DIST = fileURLToPath(new URL('../../../dist/extraction', import.meta.url));
/** Keeps the child busy for longer than any test lasts, unless it is killed. */
const SLOW_MARKDOWN = `{ bytes: Buffer.from('*a _b '.repeat(2_000_000)), name: 'slow.md' }`;

let child: ExtractionProcess | undefined;
let parent: ChildProcess | undefined;

afterEach(async () => {
  await child?.kill();
  parent?.kill('SIGKILL');
});

describe('ExtractionProcess', () => {
  it('reports a child that was killed from outside as crashed', async () => {
    child = new ExtractionProcess(DEFAULT_EXTRACTION_LIMITS);
    await child.run({ bytes: Buffer.from('up') });
    const running = child.run({ bytes: Buffer.from('*a _b '.repeat(2_000_000)), name: 'slow.md' });
    process.kill(pidOf(child), 'SIGKILL');
    await expect(running).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_CRASHED',
      message: 'The process that read the file ended (signal SIGKILL).',
    });
    expect(child.ended).toBe(true);
  });

  it('gives the child none of its environment', async () => {
    child = new ExtractionProcess(DEFAULT_EXTRACTION_LIMITS);
    await child.run({ bytes: Buffer.from('up') });
    if (process.platform !== 'linux') return;
    const { readFile } = await import('node:fs/promises');
    const environment = await readFile(`/proc/${pidOf(child)}/environ`, 'utf8');
    const names = environment.split('\0').map((line) => line.split('=')[0]);
    expect(names.filter((name) => name !== '' && name !== 'NODE_CHANNEL_FD')).toEqual([
      'NODE_CHANNEL_SERIALIZATION_MODE',
    ]);
  });

  it('lets the calling process end without being closed', async () => {
    const [exitCode] = await runScript(`
      const { createExtractor } = await import('${DIST}/index.js');
      const { text } = await createExtractor().extract({ bytes: Buffer.from('read') });
      if (text !== 'read') process.exitCode = 9;
    `);
    expect(exitCode).toBe(0);
  });

  it('ends when the calling process is killed, even while it is busy', async () => {
    parent = script(`
      const { ExtractionProcess } = await import('${DIST}/child/process.js');
      const { DEFAULT_EXTRACTION_LIMITS } = await import('${DIST}/limits.js');
      const child = new ExtractionProcess(DEFAULT_EXTRACTION_LIMITS);
      await child.run({ bytes: Buffer.from('up') });
      void child.run(${SLOW_MARKDOWN});
      process.stdout.write(String(child.pid));
    `);
    const [output] = await once(parent.stdout ?? parent, 'data');
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(Number(String(output))), { timeout: 10_000 }).toBe(false);
  });
});

function pidOf(process: ExtractionProcess): number {
  return process.pid ?? Number.NaN;
}

function script(code: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function runScript(code: string): Promise<unknown[]> {
  parent = script(code);
  return once(parent, 'exit');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startCli } from '../../support/cli.js';
import { makeTempDir, removeTempDir } from '../../support/temp-dir.js';

const WAIT_MS = 50;

export interface Served {
  /** `http://127.0.0.1:4100` */
  readonly url: string;
  readonly key: string;
  /** Asks the API as the console does. */
  ask(path: string, init?: { method?: string; body?: unknown }): Promise<Response>;
  close(): Promise<void>;
}

/** A process of its own that serves the handbook and the sample entities, as `npm start` does. */
export async function serveDemo(): Promise<Served> {
  return serve(makeTempDir(), ['demo']);
}

/** One that serves so many rows of the sample entity `contacts`. */
export async function serveContacts(number: number): Promise<Served> {
  const folder = makeTempDir();
  await promisify(execFile)(process.execPath, [SEED, join(folder, 'data'), String(number)]);
  return serve(folder, ['serve', '--tenant', 'demo', '--entities', ENTITIES]);
}

/** @param body sent as JSON */
export function asker(url: string, key: string): Served['ask'] {
  return (path, { method = 'GET', body } = {}) =>
    fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}

const SEED = fileURLToPath(new URL('seed-rows.mjs', import.meta.url));
const ENTITIES = fileURLToPath(new URL('../../../examples/suppliers/entities.ts', import.meta.url));

async function serve(folder: string, command: readonly string[]): Promise<Served> {
  const options = ['--port', '0', '--data-dir', join(folder, 'data')];
  const { child, ended } = startCli([...command, ...options], { cwd: folder });
  let printed = '';
  child.stdout?.on('data', (text: string) => {
    printed += text;
  });
  const link = await new Promise<RegExpExecArray>((resolve, reject) => {
    const timer = setInterval(() => {
      const found = /serves (http:\/\/[\d.:]+)\/#key=(\S+)/.exec(printed);
      if (!found) return;
      clearInterval(timer);
      resolve(found);
    }, WAIT_MS);
    void ended.then(({ stdout, stderr }) => {
      clearInterval(timer);
      reject(new Error(`the server ended: ${stdout}${stderr}`));
    });
  });
  const [, url = '', key = ''] = link;
  return {
    url,
    key,
    ask: asker(url, key),
    close: async () => {
      child.kill('SIGTERM');
      await ended.catch(() => undefined);
      await removeTempDir(folder);
    },
  };
}

import { execFile } from 'node:child_process';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const run = promisify(execFile);

/** The newest client, and a Node that it runs on, which may be newer than ours. */
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const PACKAGES = { openai: '7.57.0', [NODE_PACKAGE]: '22.23.3' };

let folder: string;
let served: ServedLayer;
/** Why the packages are not here; where CI is set that is an error. */
let lacking: string | undefined;

beforeAll(async () => {
  folder = makeTempDir();
  const manifest = { private: true, type: 'module', dependencies: PACKAGES };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  try {
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    lacking = `npm cannot install the client: ${String(error).split('\n')[0]}`;
  }
  served = await serveLayer();
}, 300_000);

afterAll(async () => {
  await served?.close();
  removeTempDir(folder);
});

test('the newest client of OpenAI works unchanged', async ({ skip }) => {
  skip(lacking !== undefined, lacking);
  await copyFile(new URL('openai-latest-client.mjs', import.meta.url), join(folder, 'client.mjs'));
  const node = join(folder, 'node_modules', NODE_PACKAGE, 'bin', 'node');
  const key = await served.key('acme');
  const { stdout } = await run(node, ['client.mjs', `${served.url}/v1`, key], { cwd: folder });
  const { dimensions } = served.layer.embeddingModel;
  expect(JSON.parse(stdout)).toEqual({
    lengths: [dimensions, dimensions],
    one: 'completed',
    batch: { in_progress: 0, completed: 2, failed: 0, cancelled: 0, total: 2 },
    listed: ['completed', 'completed', 'completed'],
    names: ['pump.txt'],
    refused: { status: 404, code: 'unknown_url' },
  });
});

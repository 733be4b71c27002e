import { execFile } from 'node:child_process';
import { copyFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const run = promisify(execFile);

/** The AI SDK and a Node that it runs on, which may be newer than ours. */
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const PACKAGES = { ai: '7.0.173', zod: '4.6.7', [NODE_PACKAGE]: '22.23.3' };
const ADAPTER = new URL('../../dist/adapters/ai-sdk/index.js', import.meta.url);
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

let folder: string;
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
    lacking = `npm cannot install the AI SDK: ${String(error).split('\n')[0]}`;
  }
}, 300_000);

afterAll(() => removeTempDir(folder));

test('the search tool is called by an agent of the AI SDK, and its passages reach the model', async ({
  skip,
}) => {
  skip(lacking !== undefined, lacking);
  await copyFile(new URL('ai-sdk-agent.mjs', import.meta.url), join(folder, 'agent.mjs'));
  const node = join(folder, 'node_modules', NODE_PACKAGE, 'bin', 'node');
  const { stdout } = await run(node, ['agent.mjs', ADAPTER.href], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({
    text: 'With oil [1].',
    asked: [['How is the pump primed?', { snippets: false, limit: 2, filter: { kind: 'manual' } }]],
    schema: { required: ['question'], properties: { limit: { minimum: 1, maximum: 4 } } },
    output: [{ citation: 1, source: 'manual.pdf', page: 3, section: 'Pump', text: 'Prime it with oil.' }],
    toldTheModel: true,
  });
});

test('the search tool has the type of a tool of the AI SDK', async ({ skip }) => {
  skip(lacking !== undefined, lacking);
  await writeFile(
    join(folder, 'types.ts'),
    `import { generateText, tool, type LanguageModel } from 'ai';
import { type Searchable, searchTool } from '${fileURLToPath(ADAPTER)}';
declare const scope: Searchable;
declare const model: LanguageModel;
const { staticToolResults } = await generateText({ model, prompt: '', tools: { search: searchTool(scope) } });
const source: string | undefined = staticToolResults[0]?.output[0]?.source;
void [source, tool(searchTool(scope))];
`,
  );
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023'];
  const types = join(dirname(TSC), '../../@types');
  const checked = run(
    process.execPath,
    [TSC, ...flags, '--types', 'node', '--typeRoots', types, 'types.ts'],
    {
      cwd: folder,
    },
  );
  expect(await checked.catch(({ stdout }: { stdout: string }) => ({ stdout }))).toMatchObject({ stdout: '' });
});

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LiveClient } from '../server/support/live-client.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const QUESTION = 'Who has to approve a trip abroad?';

/** Tells how its command ended. A plain shell dies of Ctrl-C once that has ended, whatever it says. */
const SHELL = '#!/bin/sh\ntrap : INT\neval "$2"\n';

let project: string;
let npm: ChildProcess;
let printed = '';
let complained = '';
let url: string;
let key: string;

beforeAll(async () => {
  project = copyOfProject();
  npm = spawn('npm', ['start'], {
    cwd: project,
    // A group of its own, as a terminal makes: Ctrl-C reaches all of it.
    detached: true,
    env: environment({
      AQUIFER_PORT: '0',
      npm_config_update_notifier: 'false',
      npm_config_script_shell: join(project, 'shell'),
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  npm.stdout?.on('data', (text) => {
    printed += text;
  });
  npm.stderr?.on('data', (text) => {
    complained += text;
  });
  const ended = once(npm, 'exit').then(([code]) => {
    throw new Error(`npm start ended with ${code}:\n${printed}\n${complained}`);
  });
  ended.catch(() => undefined);
  await Promise.race([ended, untilPrinted('Open the link in a browser.')]);
  [, url = '', key = ''] = /^Aquifer serves (\S+)\/#key=(\S+)$/m.exec(printed) ?? [];
}, 300_000);
afterAll(async () => {
  const runs = npm.exitCode === null && npm.signalCode === null;
  if (runs && npm.pid !== undefined) process.kill(-npm.pid, 'SIGKILL');
  await removeTempDir(project);
});

/** As a clone is after its first `npm start`: installed and compiled, without data. */
function copyOfProject(): string {
  const folder = makeTempDir();
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts', 'sql', 'dist'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  for (const name of ['handbook', 'suppliers'])
    cpSync(join(ROOT, 'examples', name), join(folder, 'examples', name), { recursive: true });
  for (const name of ['src', 'console', 'node_modules/.cache/aquifer'])
    mkdirSync(join(folder, name), { recursive: true });
  const installed = readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.'));
  for (const name of installed)
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  cpSync(join(ROOT, 'node_modules/.package-lock.json'), join(folder, 'node_modules/.package-lock.json'));
  writeFileSync(join(folder, 'shell'), SHELL, { mode: 0o755 });
  writeFileSync(join(folder, 'node_modules/.cache/aquifer/built'), '');
  return folder;
}

/** No setting of whoever runs the tests. */
function environment(more: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? project, ...more };
}

async function untilPrinted(text: string): Promise<void> {
  while (!printed.includes(text)) await pause(50);
}

test('npm start stores the handbook, answers from it, and prints link and key', async () => {
  expect(printed).toContain('The sample handbook is stored: 7 documents new, 0 unchanged.');
  expect(printed).toContain(`> ${QUESTION}`);
  expect(printed).toContain('A *trip* *abroad* is');
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(printed).toContain(`API key of the tenant "demo", shown this once: ${key}\n`);
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Aquifer')]);
});

test('the official OpenAI client embeds, stores a file and finds it', async () => {
  const client = new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });
  const [model] = (await client.models.list()).data;
  const { data } = await client.embeddings.create({ model: model?.id ?? '', input: 'oil' });
  expect(data[0]?.embedding).toHaveLength(512);
  const store = await client.vectorStores.create({ name: 'manuals' });
  const file = await toFile(Buffer.from('The lathe is oiled on Mondays.'), 'lathe.txt');
  const poll = { pollIntervalMs: 50 };
  await client.vectorStores.fileBatches.uploadAndPoll(store.id, { files: [file] }, poll);
  const found = await client.vectorStores.search(store.id, { query: 'When is the lathe oiled?' });
  expect(found.data[0]).toMatchObject({ filename: 'lathe.txt' });
});

test('an official MCP client is answered with citations', async () => {
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  const answer = await client.callTool({ name: 'retrieve', arguments: { question: QUESTION } });
  const { text } = answer.structuredContent as { text: string };
  expect(text).toContain('[1] Travel and expenses');
  expect(text).toContain('approved in writing by the head of your department');
  const rows = await client.callTool({ name: 'query_entity', arguments: { entity: 'suppliers', limit: 1 } });
  expect(rows.structuredContent).toMatchObject({ rows: [{ tenantId: 'demo' }] });
  await client.close();
});

test('a plain WebSocket client hears of what another client writes', async () => {
  const client = await LiveClient.open(url, key);
  await client.subscribe('docs', { entity: 'aquifer.documents', operations: ['insert'] });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ source: 'pump.md', text: 'The pump is primed with oil, never with water.' });
  const answer = await fetch(`${url}/api/documents`, { method: 'POST', headers, body });
  const { documentId } = (await answer.json()) as { documentId: string };
  expect(await client.next('event')).toMatchObject({ id: 'docs', event: { rowId: documentId } });
  client.close();
});

interface Shown {
  readonly page: string;
  readonly command: string;
  /** What the page shows of its output. */
  readonly output: string;
}

const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** Every command with curl of a page, as it stands there: in blocks of a shell, or after a prompt. */
function curlsOf(page: string): Shown[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/^```(?:sh|console|text)\n([\s\S]*?)^```(?:\n```\w+\n([\s\S]*?)^```)?/gm)];
  return blocks.flatMap(([, block = '', after = '']) => {
    const shown: { page: string; command: string; output: string }[] = [];
    let isOpen = false;
    for (const line of block.split('\n')) {
      const last = shown.at(-1);
      const [, begun] = /^(?:\$ )?(curl .*)/.exec(line) ?? [];
      if (isOpen && last) last.command += `\n${line}`;
      else if (begun !== undefined) shown.push({ page, command: begun, output: after });
      else if (last && !line.startsWith('$ ')) last.output += `${line}\n`;
      const { command = '' } = shown.at(-1) ?? {};
      isOpen = command.endsWith('\\') || (command.match(/'/g) ?? []).length % 2 === 1;
    }
    return shown;
  });
}

const CODES = /AQF_[A-Z_]+|unknown_url/;

describe('every command with curl', () => {
  const curls = PAGES.flatMap(curlsOf);
  /** By the beginning of an id on a page. */
  const ids = new Map<string, string>();

  test('is found, wherever it stands', () => {
    const lines = PAGES.flatMap((page) => readFileSync(join(ROOT, page), 'utf8').split('\n'));
    expect(curls).toHaveLength(lines.filter((line) => /^(\$ )?curl /.test(line)).length);
    expect(curls.length).toBeGreaterThan(10);
    expect(new Set(curls.map(({ page }) => page))).toContain('README.md');
  });

  test.each(PAGES.filter((page) => curlsOf(page).length > 0))(
    '%s says where address and key come from',
    (page) => {
      const text = readFileSync(join(ROOT, page), 'utf8');
      const isTold = /export AQUIFER=http:\/\/127\.0\.0\.1:4100 KEY=aq_…/.test(text);
      expect(isTold || !text.includes('$AQUIFER')).toBe(true);
    },
  );

  test.each(curls)('of $page does what it shows: $command', async ({ command, output }) => {
    writeFileSync(join(project, 'weirs.md'), '# Weirs\n\nThe heron waits at the weir for hours.\n');
    const env = environment({ AQUIFER: url, KEY: key });
    const asked = filledIn(command);
    for (;;) {
      const { stdout } = await run('sh', ['-c', asked], { cwd: project, env });
      // What is made in the background is shown when it is done.
      if (output.includes('"status":"stored"') && !stdout.includes('"status":"stored"')) {
        expect(stdout).toMatch(/"status":"(queued|processing)"/);
        await pause(100);
        continue;
      }
      expect(CODES.exec(stdout)?.[0]).toBe(CODES.exec(output)?.[0]);
      if (output.trim() !== '') expect(stdout.trim()).not.toBe('');
      learn(output, stdout);
      return;
    }
  });

  /** Without variables a page means the default address; ids that are cut off are those of an answer above. */
  function filledIn(command: string): string {
    return command
      .replaceAll('localhost:4100', url.replace('http://', ''))
      .replace(/([0-9a-f]{8})-…/g, (cut, start: string) => ids.get(start) ?? cut);
  }

  function learn(output: string, stdout: string): void {
    for (const [, name = '', start = ''] of output.matchAll(/"(id|documentId)":"([0-9a-f]{8})-…"/g)) {
      const [, id] = new RegExp(`"${name}":"([0-9a-f-]{36})"`).exec(stdout) ?? [];
      if (id !== undefined && !ids.has(start)) ids.set(start, id);
    }
  }
});

test('Ctrl-C ends it in order, and the data is free', async () => {
  const ended = once(npm, 'exit');
  if (npm.pid !== undefined) process.kill(-npm.pid, 'SIGINT');
  expect(await ended).toEqual([0, null]);
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  const search = ['dist/cli/main.js', 'search', 'what primes the pump?', '--tenant', 'demo', '--json'];
  const { stdout } = await run(process.execPath, search, { cwd: project, env: environment({}) });
  expect(stdout).toContain('primed with oil');
  expect(complained.split('\n').filter((line) => /"level":"?(error|fatal|50|60)/.test(line))).toEqual([]);
});

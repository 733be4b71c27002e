import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI, cli } from '../support/cli.js';
import { migratedDataDir } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

let folder: string;
let dataDir: string;
const env = { PATH: process.env.PATH ?? '' };

beforeAll(async () => {
  folder = makeTempDir();
  dataDir = await migratedDataDir(join(folder, 'data'));
});
afterAll(() => removeTempDir(folder));

async function connect(...options: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const args = [CLI, 'mcp', '--data-dir', dataDir, ...options];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    env,
    cwd: tmpdir(),
    stderr: 'ignore',
  });
  await client.connect(transport);
  return client;
}

test('an agent adds and finds documents of the tenant that it was started for', async () => {
  const acme = await connect('--tenant', 'acme');
  const given = { source: 'lathe.md', text: 'The lathe is oiled on Mondays.' };
  const added = await acme.callTool({ name: 'add_document', arguments: given });
  expect(added.structuredContent).toMatchObject({ status: 'added' });
  const asked = { name: 'search', arguments: { question: 'When is the lathe oiled?' } };
  expect((await acme.callTool(asked)).structuredContent).toMatchObject({ results: [{ source: 'lathe.md' }] });
  await acme.close();

  const rival = await connect('--tenant', 'rival', '--role', 'viewer');
  const { tools } = await rival.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual([
    'list_documents',
    'read_document',
    'retrieve',
    'search',
  ]);
  expect((await rival.callTool(asked)).structuredContent).toEqual({ results: [] });
  await rival.close();
});

test('standard output has the protocol and nothing else, and the end of input ends it', async () => {
  const server = spawn(process.execPath, [CLI, 'mcp', '--data-dir', dataDir], { env, cwd: tmpdir() });
  const printed = text(server.stdout);
  const ended = once(server, 'exit');
  const say = (message: object) => server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'raw', version: '1' };
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  say({ id: 1, method: 'initialize', params });
  await once(server.stdout, 'data');
  say({ method: 'notifications/initialized' });
  server.stdin.write('this is no JSON\n');
  say({ id: 2, method: 'tools/list' });
  await once(server.stdout, 'data');
  server.stdin.end();
  expect(await ended).toEqual([0, null]);
  const lines = (await printed).trimEnd().split('\n');
  const answers = lines.map((line) => JSON.parse(line) as { jsonrpc: string; id: number });
  expect(answers.map(({ jsonrpc, id }) => [jsonrpc, id])).toEqual([
    ['2.0', 1],
    ['2.0', 2],
  ]);
});

test('a role that there is not is a wrong use', async () => {
  const { code, stdout, stderr } = await cli(['mcp', '--role', 'king']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('viewer, editor, admin, owner');
});

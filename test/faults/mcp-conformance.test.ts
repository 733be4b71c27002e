import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as forward, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const run = promisify(execFile);

/** The suites, and a Node that they run on, which may be newer than ours. */
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const PACKAGES = {
  '@modelcontextprotocol/conformance': '0.1.16',
  '@modelcontextprotocol/inspector': '2.12.0',
  [NODE_PACKAGE]: '22.23.3',
};

/** Scenarios that call what the suite's own example server has: they say so when they do not find it. */
const OF_ITS_OWN_SERVER = [
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
  'json-schema-2020-12',
  'prompts-get-embedded-resource',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-with-image',
  'resources-read-binary',
  'resources-read-text',
  'resources-templates-read',
  'tools-call-audio',
  'tools-call-elicitation',
  'tools-call-embedded-resource',
  'tools-call-error',
  'tools-call-image',
  'tools-call-mixed-content',
  'tools-call-sampling',
  'tools-call-simple-text',
  'tools-call-with-progress',
];
/** Scenarios of optional capabilities that this server does not declare: it answers that there is no such method. */
const NOT_DECLARED = [
  'completion-complete',
  'logging-set-level',
  'resources-subscribe',
  'resources-unsubscribe',
  'tools-call-with-logging',
];
const HOLDING = [
  'dns-rebinding-protection',
  'ping',
  'prompts-list',
  'resources-list',
  'server-initialize',
  'server-sse-multiple-streams',
  'server-sse-polling',
  'tools-list',
];

let folder: string;
let lacking: string | undefined;
let served: ServedLayer;
let door: HttpServer;
let url: string;
let key: string;

beforeAll(async () => {
  folder = makeTempDir();
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }));
  try {
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    lacking = `npm cannot install the suites: ${String(error).split('\n')[0]}`;
    return;
  }
  served = await serveLayer();
  key = await served.key('suite', ['owner']);
  await served.layer.scope({ tenantId: 'suite' }).documents.ingest({
    source: 'pump.md',
    text: 'The pump is primed with oil.',
  });
  door = await openDoor(new URL(served.url), key);
  url = `http://127.0.0.1:${(door.address() as AddressInfo).port}/mcp`;
}, 300_000);

afterAll(async () => {
  door?.closeAllConnections();
  door?.close();
  await served?.close();
  removeTempDir(folder);
});

/** The suite has no credentials: this passes everything on as it is, and adds one. */
async function openDoor(to: URL, credential: string): Promise<HttpServer> {
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const passed = forward(
      {
        host: to.hostname,
        port: to.port,
        method,
        path,
        headers: { ...headers, authorization: `Bearer ${credential}` },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function node(args: readonly string[]) {
  return run(join(folder, 'node_modules', NODE_PACKAGE, 'bin', 'node'), args, {
    cwd: folder,
    maxBuffer: 1 << 26,
  });
}

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

test('the official conformance suite holds, but for what its own example server has', async ({ skip }) => {
  skip(lacking !== undefined, lacking);
  const suite = join(folder, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  const results = join(folder, 'results');
  // It ends with 1 where any scenario fails: each is judged below.
  await node([suite, 'server', '--url', url, '--suite', 'all', '-o', results]).catch(() => undefined);
  const outcomes = new Map(
    readdirSync(results).map((name) => [scenarioOf(name), failuresOf(join(results, name))]),
  );
  const named = (names: readonly string[]) => names.map((name) => [name, outcomes.get(name)]);

  expect([...outcomes.keys()].sort()).toEqual([...OF_ITS_OWN_SERVER, ...NOT_DECLARED, ...HOLDING].sort());
  expect(named(HOLDING)).toEqual(HOLDING.map((name) => [name, []]));
  for (const [name, failures] of named(OF_ITS_OWN_SERVER)) {
    expect([name, failures]).toEqual([name, [expect.stringMatching(/not found/i)]]);
  }
  for (const [name, failures] of named(NOT_DECLARED)) {
    expect([name, failures]).toEqual([name, [expect.stringContaining('-32601')]]);
  }
});

test('the official inspector lists the tools, and calls one', async ({ skip }) => {
  skip(lacking !== undefined, lacking);
  const home = join(folder, 'node_modules/@modelcontextprotocol/inspector');
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  const inspector = [
    join(home, Object.values(bin)[0] ?? ''),
    '--cli',
    `${served.url}/mcp`,
    '--transport',
    'http',
  ];
  const credential = ['--header', `Authorization: Bearer ${key}`];
  const listed = await node([...inspector, ...credential, '--method', 'tools/list']);
  const { tools } = JSON.parse(listed.stdout) as { tools: { name: string }[] };
  expect(tools.map(({ name }) => name)).toContain('search');
  expect(listed.stderr).not.toMatch(/[1-9]\d* errors?/);
  const call = [
    '--method',
    'tools/call',
    '--tool-name',
    'search',
    '--tool-arg',
    'question=What primes the pump?',
  ];
  const called = await node([...inspector, ...credential, ...call]);
  expect(JSON.parse(called.stdout)).toMatchObject({
    structuredContent: { results: [{ source: 'pump.md', content: 'The pump is primed with oil.' }] },
  });
});

/** `server-tools-list-2026-11-22T00-57-13-011Z` → `tools-list`. */
function scenarioOf(name: string): string {
  return name.replace(/-\d{4}-\d\d-\d\dT.*$/, '').replace(/^server-/, '');
}

function failuresOf(result: string): string[] {
  const checks = JSON.parse(readFileSync(join(result, 'checks.json'), 'utf8')) as Check[];
  return checks.filter(({ status }) => status === 'FAILURE').map(({ errorMessage }) => errorMessage ?? '');
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Live } from '../../src/live/index.js';
import { migrate } from '../../src/relational/index.js';
import { addThing, makeThings } from '../events/things.js';
import { serviceAvailable } from '../services/services.js';
import { cli, startCli } from '../support/cli.js';
import { cliHere, cliHereJson } from '../support/cli-here.js';
import { createTestDatabase, openTestPostgres } from '../support/postgres.js';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';

let served: ServedLayer;
let key: string;
beforeAll(async () => {
  served = await serveLayer();
  key = await served.key('acme');
});
afterAll(() => served.close());

const ingest = (source: string) =>
  served.layer
    .scope({ tenantId: 'acme', actorId: 'ann' })
    .documents.ingest({ source, text: `Of ${source}.` });

test('watch prints changes of a server as they come, and from a position', async () => {
  const start = await served.layer.scope({ tenantId: 'acme' }).follow();
  const { position } = start;
  await start.close();
  const watching = startCli(
    [
      'watch',
      '--url',
      served.url,
      '--entity',
      'aquifer.documents',
      '--operation',
      'insert',
      '--from',
      position,
      '--limit',
      '2',
    ],
    { env: { AQUIFER_API_KEY: key } },
  );
  await ingest('one');
  await ingest('two');
  const { code, stdout, stderr } = await watching.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^(\d{4}-\S+Z {2}insert {3}aquifer\.documents \S+ by ann\n){2}$/);
  const [, next] = /aquifer watch --from (\S+)/.exec(stderr) ?? [];
  await ingest('three');
  const json = await cliHereJson<{ position: string; event: object }>([
    'watch',
    '--url',
    served.url,
    '--key',
    key,
    '--operation',
    'insert',
    '--from',
    next ?? '',
    '--limit',
    '1',
  ]);
  expect(json).toMatchObject({
    position: expect.any(String),
    event: { operation: 'insert', actorId: 'ann' },
  });
});

test('watch says what a server refuses, and ends', async () => {
  const wrong = await cliHere(['watch', '--url', served.url, '--key', 'wrong']);
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('AQF_CREDENTIAL_INVALID') });
  const none = await cliHere(['watch', '--url', served.url]);
  expect(none.stderr).toContain('AQUIFER_API_KEY');
  const unknown = await cliHere(['watch', '--operation', 'read']);
  expect(unknown.code).toBe(2);
});

test('watch of an embedded database that a server has open says so', async () => {
  const { config } = served.layer;
  const locked = await cli(['watch', '--data-dir', config.values.dataDir]);
  expect(locked).toMatchObject({ code: 1, stderr: expect.stringContaining('AQF_DATABASE_LOCKED') });
});

describe.skipIf(!(await serviceAvailable('postgres')))('on a server', () => {
  test('watch follows the database itself, until it is told to end', async () => {
    const database = await createTestDatabase();
    const provider = await openTestPostgres(database);
    try {
      await migrate(provider);
      await makeThings(provider);
      const live = new Live(provider);
      const { position } = await live.follow('acme');
      await live.close();
      const watching = startCli(['watch', '-t', 'acme', '--json', '--from', position], {
        env: { DATABASE_URL: database.url },
      });
      const printed: string[] = [];
      watching.child.stdout?.on('data', (text: string) => printed.push(...text.trim().split('\n')));
      const acme = { kind: 'tenant', tenantId: 'acme', actorId: 'ann' } as const;
      await addThing(provider, acme, 1);
      await expect.poll(() => printed.length, { timeout: 20_000 }).toBe(1);
      await addThing(provider, acme, 2);
      await expect.poll(() => printed.length).toBe(2);
      expect(printed.map((line) => JSON.parse(line).event.rowId)).toEqual(['1', '2']);
      watching.child.kill('SIGINT');
      expect(await watching.ended).toMatchObject({ code: 0, signal: null });
    } finally {
      await provider.close();
      await database.drop();
    }
  });
});

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '../../src/logging/index.js';
import { Server, type ServerOptions, type ServerSettings, serverSettings } from '../../src/server/index.js';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { LiveClient } from './support/live-client.js';

let served: ServedLayer;
let server: Server;
let url: string;
const clients: LiveClient[] = [];
const servers: Server[] = [];

const LIMITS = {
  heartbeatMs: 200,
  subscriptions: 3,
  socketsPerTenant: 4,
  bufferedBytes: 16_384,
};

beforeAll(async () => {
  served = await serveLayer();
  ({ server, url } = await another());
});
afterAll(async () => {
  await Promise.all(servers.map((one) => one.close()));
  await served.close();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

/** Another server on the same layer. */
async function another(
  live: ServerOptions['live'] = LIMITS,
  more: Partial<ServerSettings> = {},
): Promise<{ server: Server; url: string }> {
  const settings = {
    ...serverSettings(served.layer.config.values),
    rateLimit: undefined,
    port: 0,
    drainMs: 0,
    ...more,
  };
  const made = await Server.create({
    layer: served.layer,
    log: createLog({ level: 'silent' }),
    settings,
    live,
  });
  servers.push(made);
  return { server: made, url: await made.listen() };
}

async function open(key: string, at = url): Promise<LiveClient> {
  const client = await LiveClient.open(at, key);
  clients.push(client);
  return client;
}

function unsigned(headers: Record<string, string> = {}): LiveClient {
  const client = new LiveClient(url, headers);
  clients.push(client);
  return client;
}

const add = (tenantId: string, source: string) =>
  served.layer.scope({ tenantId, actorId: 'ann' }).documents.ingest({ source, text: `Of ${source}.` });
const key = (tenantId: string, roles?: string[], permissions?: string[]) =>
  served.key(tenantId, roles, permissions);

test('tells a tenant its changes and nobody else’s, and goes on from a position', async () => {
  const [ann, bob] = [await open(await key('a')), await open(await key('b'))];
  expect(await ann.subscribe('all')).toMatchObject({ position: expect.any(String) });
  await bob.subscribe('all');
  await add('a', 'one');
  const first = await ann.next('event');
  expect(first).toMatchObject({
    id: 'all',
    position: expect.any(String),
    event: {
      id: expect.any(String),
      entity: 'aquifer.documents',
      rowId: expect.any(String),
      operation: 'insert',
      changed: null,
      revision: null,
      actorId: 'ann',
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  });
  ann.close();
  await add('a', 'two');
  const again = await open(await key('a'));
  await again.subscribe('more', { position: first.position });
  expect((await again.next('event')).event.rowId).not.toBe(first.event.rowId);
  await add('b', 'theirs');
  expect((await bob.next('event')).event.actorId).toBe('ann');
  expect(await bob.subscribe('theirs', { position: first.position })).toMatchObject({
    type: 'error',
    code: 'AQF_ARGUMENT_INVALID',
  });
});

test('takes a credential from a header, and refuses a wrong one before there is a socket', async () => {
  const client = unsigned({ authorization: `Bearer ${await key('a')}` });
  expect(await client.next('ready')).toEqual({ type: 'ready', tenantId: 'a' });
  const wrong = unsigned({ 'x-api-key': 'aq_wrong' });
  const [, response] = await once(wrong.socket, 'unexpected-response');
  expect(response.statusCode).toBe(401);
  const plain = await fetch(`${url}/ws`);
  expect(plain.status).toBe(404);
  expect(await plain.json()).toMatchObject({ code: 'AQF_ROUTE_NOT_FOUND' });
});

test('closes on who does not say who he is, in time or rightly', async () => {
  const { url: hasty } = await another({ ...LIMITS, authenticateMs: 300 });
  const silent = new LiveClient(hasty);
  expect(await silent.end()).toEqual({ code: 4401, reason: 'AQF_CREDENTIAL_MISSING' });
  const wrong = unsigned();
  await once(wrong.socket, 'open');
  wrong.send({ type: 'authenticate', key: 'aq_wrong' });
  expect(await wrong.next('error')).toMatchObject({
    code: 'AQF_CREDENTIAL_INVALID',
    hint: expect.any(String),
  });
  expect(await wrong.end()).toMatchObject({ code: 4401 });
  const early = unsigned();
  await once(early.socket, 'open');
  early.send({ type: 'subscribe', id: 'x' });
  expect(await early.end()).toMatchObject({ code: 4401 });
});

test('authorises each subscription, and tells without an entity what the credential may read', async () => {
  const none = await open(await key('a', undefined, ['people:read']));
  expect(await none.subscribe('d', { entity: 'aquifer.documents' })).toMatchObject({
    type: 'error',
    code: 'AQF_PERMISSION_DENIED',
    detail: expect.stringContaining('documents:read'),
  });
  await none.subscribe('all');
  const some = await open(await key('a', undefined, ['documents:read']));
  await some.subscribe('d', { entity: 'aquifer.documents' });
  await add('a', 'for-some');
  await some.next('event');
  await vi.waitFor(() => expect(none.heard.map(({ type }) => type)).toContain('position'));
  expect(none.heard.map(({ type }) => type)).not.toContain('event');
});

test('says nothing of documents in collections that the roles of a credential do not admit', async () => {
  const program = served.layer.scope({ tenantId: 'f', actorId: 'ann', roles: ['hr'] });
  await program.collections.create({ name: 'salaries', readers: ['hr'] });
  const clerk = await open(await key('f', ['viewer', 'hr']));
  const viewer = await open(await key('f', ['viewer']));
  const { position } = await viewer.subscribe('all');
  await clerk.subscribe('all');
  const salaries = program.collection('salaries').documents;
  const { documentId: closed } = await salaries.ingest({ source: 'pay', text: 'Of pay.' });
  await salaries.ingest({ source: 'pay', text: 'Of more pay.' });
  await salaries.delete(closed);
  await salaries.restore(closed);
  const { documentId: rules } = await add('f', 'rules');
  const heardBy = async (client: LiveClient) => {
    const heard: [string, string][] = [];
    while (heard.at(-1)?.[1] !== rules || heard.at(-1)?.[0] !== 'insert') {
      const { event } = await client.next('event');
      heard.push([event.operation, event.rowId]);
    }
    return heard;
  };
  const operations = (heard: [string, string][], id: string) =>
    new Set(heard.flatMap(([operation, rowId]) => (rowId === id ? [operation] : [])));
  expect(operations(await heardBy(clerk), closed)).toEqual(
    new Set(['insert', 'update', 'delete', 'restore']),
  );
  expect((await heardBy(viewer)).map(([, id]) => id)).not.toContain(closed);
  // Nor of what was told while nobody followed.
  const late = await open(await key('f', ['viewer']));
  await late.subscribe('all', { position });
  expect((await heardBy(late)).map(([, id]) => id)).not.toContain(closed);
});

test('counts who signs in by a message as it counts requests', async () => {
  const rate = { perSecond: 0.01, burst: 3 };
  const rateLimit = { credential: rate, tenant: { perSecond: 100, burst: 100 } };
  const { url: at } = await another(LIMITS, { rateLimit });
  const text = await key('g');
  for (let n = 0; n < 3; n++) await open(text, at);
  const fourth = new LiveClient(at);
  clients.push(fourth);
  await once(fourth.socket, 'open');
  fourth.send({ type: 'authenticate', key: text });
  expect(await fourth.next('error')).toMatchObject({
    code: 'AQF_RATE_LIMITED',
    detail: expect.stringContaining('The next is taken in'),
  });
  expect(await fourth.end()).toEqual({ code: 4429, reason: 'AQF_RATE_LIMITED' });
  const asked = await fetch(`${at}/api/session`, { headers: { authorization: `Bearer ${text}` } });
  expect(asked.status).toBe(429);
  await open(await key('g'), at);
});

test('takes its limits from the configuration', async () => {
  const configured = { ...served.layer.config.values.server, live: { ...LIMITS, subscriptions: 1 } };
  const { live } = serverSettings({ server: configured });
  expect(serverSettings(served.layer.config.values).live).toEqual({
    socketsPerTenant: 500,
    subscriptions: 32,
    bufferedBytes: 262_144,
    heartbeatMs: 30_000,
  });
  const { url: at } = await another({}, { live });
  const client = await open(await key('h'), at);
  await client.subscribe('one');
  expect(await client.subscribe('two')).toMatchObject({
    code: 'AQF_ARGUMENT_INVALID',
    detail: expect.stringContaining('at most 1'),
  });
});

test('closes the socket of a key that was revoked', async () => {
  const text = await key('a');
  const client = await open(text);
  await client.subscribe('all');
  const { apiKeys } = served.layer.scope({ tenantId: 'a' });
  const id = (await apiKeys.list()).find((one) => text.includes(one.id))?.id ?? '';
  await apiKeys.revoke(id);
  server.authenticator.forget(id);
  expect(await client.end()).toEqual({ code: 4401, reason: 'AQF_CREDENTIAL_INVALID' });
});

test('closes the socket of a key when it ends', async () => {
  const { apiKeys } = served.layer.scope({ tenantId: 'a' });
  const { url: calm } = await another({ ...LIMITS, heartbeatMs: 60_000 });
  const made = await apiKeys.create({ name: 'short', expiresAt: new Date(Date.now() + 700) });
  const client = await open(made.key, calm);
  expect(await client.end()).toMatchObject({ code: 4401 });
});

test('answers what it does not understand, and goes on', async () => {
  const client = await open(await key('a'));
  client.socket.send('nonsense');
  expect(await client.next('error')).toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
  expect(await client.subscribe('x', { entity: 7 })).toMatchObject({ id: 'x', code: 'AQF_ARGUMENT_INVALID' });
  expect(await client.subscribe('x', { operations: ['log'] })).toMatchObject({
    code: 'AQF_ARGUMENT_INVALID',
  });
  expect(await client.subscribe('x', { position: 'nonsense' })).toMatchObject({
    code: 'AQF_ARGUMENT_INVALID',
  });
  expect(await client.subscribe('x')).toMatchObject({ type: 'subscribed' });
  expect(await client.subscribe('x')).toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
  client.send({ type: 'authenticate', key: 'another' });
  expect(await client.next('error')).toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
  client.send({ type: 'unsubscribe', id: 'x' });
  expect(await client.next('unsubscribed')).toEqual({ type: 'unsubscribed', id: 'x' });
  expect(await client.subscribe('x', { operations: ['delete'] })).toMatchObject({ type: 'subscribed' });
});

test('bounds subscriptions, messages and sockets of a tenant', async () => {
  const client = await open(await key('c'));
  for (const id of ['1', '2', '3']) await client.subscribe(id);
  expect(await client.subscribe('4')).toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
  for (let n = 0; n < 3; n++) await open(await key('c'));
  const fifth = unsigned();
  await once(fifth.socket, 'open');
  fifth.send({ type: 'authenticate', key: await key('c') });
  expect(await fifth.end()).toEqual({ code: 4429, reason: 'AQF_RATE_LIMITED' });
  client.socket.send('x'.repeat(20_000));
  expect(await client.end()).toEqual({ code: 1008, reason: 'AQF_ARGUMENT_INVALID' });
  const hasty = await open(await key('d'));
  for (let n = 0; n < 150; n++) hasty.send({ type: 'unsubscribe', id: 'x' });
  expect(await hasty.end()).toEqual({ code: 1008, reason: 'AQF_RATE_LIMITED' });
});

test('cuts who does not answer pings', async () => {
  const client = unsigned();
  await once(client.socket, 'open');
  client.socket.removeAllListeners('ping');
  (client.socket as unknown as { pong(): void }).pong = () => undefined;
  client.send({ type: 'authenticate', key: await key('a') });
  expect(await client.end()).toMatchObject({ code: 1006 });
});

test('keeps little for who does not read, who gets all of it when he does', async () => {
  const { server: patient, url: at } = await another({ ...LIMITS, heartbeatMs: 60_000 });
  const client = await open(await key('e'), at);
  await client.subscribe('all');
  const { _socket: raw } = client.socket as unknown as { _socket: Socket };
  raw.pause();
  const amount = 2000;
  // More than what the system keeps for both ends of a connection.
  await served.layer.system('tests').query(
    `insert into aquifer.changes (tenant_id, entity, row_id, operation, action, event, audited, versioned)
     select 'e', 'things', n || repeat('x', 8000), 'insert', 'things.insert', true, false, false
     from generate_series(1, $1::integer) n`,
    [amount],
  );
  const most = await mostBuffered(patient);
  expect(most).toBeGreaterThan(LIMITS.bufferedBytes);
  expect(most).toBeLessThan(LIMITS.bufferedBytes + 2 * 8500);
  raw.resume();
  await vi.waitFor(() => expect(client.heard.length).toBe(amount), { timeout: 30_000 });
  expect(client.heard.map(({ event }) => Number.parseInt(event.rowId, 10))).toEqual(
    Array.from({ length: amount }, (_, n) => n + 1),
  );
});

/** The most that waits for the clients of a server, once it does not change any more. */
async function mostBuffered({ app }: Server): Promise<number> {
  let most = 0;
  let steady = 0;
  await vi.waitUntil(
    () => {
      const now = Math.max(...[...app.websocketServer.clients].map(({ bufferedAmount }) => bufferedAmount));
      steady = now > 0 && now === most ? steady + 1 : 0;
      most = Math.max(most, now);
      return steady > 20;
    },
    { timeout: 30_000, interval: 25 },
  );
  return most;
}

test('tells clients to go elsewhere when it closes', async () => {
  const { server: leaving, url: at } = await another();
  const client = await open(await key('a'), at);
  const { position } = await client.subscribe('all');
  const closed = leaving.close();
  expect(await client.end()).toEqual({ code: 1001, reason: 'the server is closing' });
  await closed;
  await add('a', 'meanwhile');
  const elsewhere = await open(await key('a'));
  await elsewhere.subscribe('all', { position });
  expect((await elsewhere.next('event')).event.operation).toBe('insert');
});

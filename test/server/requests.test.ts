import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { CheckedClient } from './support/checked-client.js';
import { ENTITIES } from './support/entities.js';

let served: ServedLayer;
let client: CheckedClient;
let key: string;
beforeAll(async () => {
  served = await serveLayer({ entities: ENTITIES }, { bodyBytes: 4096 });
  client = await CheckedClient.open(served.url);
  key = await served.key('acme', ['owner']);
});
afterAll(() => served.close());

const PARTS = '/api/entities/{entity}';
const params = { entity: 'parts' };

describe('what cannot be read', () => {
  test.each([
    ['{', 'application/json', 400, 'AQF_ARGUMENT_INVALID'],
    ['', 'application/json', 400, 'AQF_ARGUMENT_INVALID'],
    ['[]', 'application/json', 400, 'AQF_ARGUMENT_INVALID'],
    ['null', 'application/json', 400, 'AQF_ARGUMENT_INVALID'],
    ['{"__proto__":{"name":"x"}}', 'application/json', 400, 'AQF_ARGUMENT_INVALID'],
    ['name=x', 'application/x-www-form-urlencoded', 415, 'AQF_MEDIA_TYPE_UNSUPPORTED'],
    ['<x/>', 'text/xml', 415, 'AQF_MEDIA_TYPE_UNSUPPORTED'],
    [JSON.stringify({ name: 'x'.repeat(5000) }), 'application/json', 413, 'AQF_BODY_TOO_LARGE'],
  ])('%j as %s is refused', async (body, type, status, code) => {
    const answer = await client.ask('POST', PARTS, { key, params, body, headers: { 'content-type': type } });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.js:\d/);
  });

  test('is told part by part', async () => {
    const { body } = await client.ask('POST', '/api/search', {
      key,
      body: { question: ' ', limit: 0, x: 1 },
    });
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
      'body.question',
      'body.limit',
      'body',
    ]);
  });

  test('and routes that are not there are problems, too', async () => {
    const response = await fetch(`${served.url}/api/nothing`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect([response.status, (await response.json()) as unknown]).toMatchObject([
      404,
      { code: 'AQF_ROUTE_NOT_FOUND' },
    ]);
    const nobody = await client.ask('GET', '/api/entities/{entity}', { key, params: { entity: 'nobody' } });
    expect([nobody.status, nobody.body.code]).toEqual([404, 'AQF_ENTITY_NOT_FOUND']);
    const path = '/api/operations/slow-queries/{id}/plan';
    const owner = await served.key('acme', ['owner']);
    const plan = await client.ask('GET', path, { key: owner, params: { id: 'none' } });
    expect([plan.status, plan.body.code]).toEqual([404, 'AQF_STATEMENT_NOT_FOUND']);
    const malformed = await raw('/api/documents/%E0%A4%A', { authorization: `Bearer ${key}` });
    expect(malformed.status).toBe(400);
  });
});

describe('headers', () => {
  test.each([
    ['sane-id_1.2:3', true],
    ['x'.repeat(129), false],
    ['spaced id', false],
  ])('the request id %j is taken: %s', async (id, isTaken) => {
    const { headers } = await client.ask('GET', '/api/session', { key, headers: { 'x-request-id': id } });
    expect(headers.get('x-request-id') === id).toBe(isTaken);
  });

  test('of a proxy are not believed unless it is said', async () => {
    const id = 'forwarded-1';
    await client.ask('POST', PARTS, {
      key,
      params,
      body: { name: 'x' },
      headers: { 'x-request-id': id, 'x-forwarded-for': '9.9.9.9' },
    });
    const { body } = await client.ask('GET', '/api/audit', { key, query: { requestId: id } });
    expect(body.items[0].ip).toMatch(/127\.0\.0\.1$|^::1$/);
  });

  test('name no tenant, role or actor', async () => {
    const headers = {
      'x-tenant-id': 'bob',
      'x-actor-id': 'root',
      'x-roles': 'owner',
      'aquifer-tenant': 'bob',
    };
    const { body } = await client.ask('GET', '/api/session', { key, headers });
    expect(body).toMatchObject({ tenantId: 'acme', roles: ['owner'] });
  });

  test('keep browsers from guessing, framing and loading from elsewhere', async () => {
    const { headers } = await client.ask('GET', '/api/session', { key });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test.each([['Basic abc'], ['Bearer'], ['Bearer a b'], [`bearer  ${'x'.repeat(5000)}`]])(
    'a credential as %s is refused',
    async (authorization) => {
      const { status, body } = await client.ask('GET', '/api/session', { headers: { authorization } });
      expect([status, body.code]).toEqual([401, 'AQF_CREDENTIAL_INVALID']);
    },
  );

  test('a key is taken from x-api-key as well', async () => {
    const { body } = await client.ask('GET', '/api/session', { headers: { 'x-api-key': key } });
    expect(body.tenantId).toBe('acme');
  });

  test('two lengths, or a length and chunks, are no request', async () => {
    const smuggled = `POST /api/search HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(await bytes(smuggled)).toMatch(/^HTTP\/1\.1 400/);
    const doubled = `POST /api/search HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello`;
    expect(await bytes(doubled)).toMatch(/^HTTP\/1\.1 400/);
  });
});

describe('answers', () => {
  test('are not sent again to who has them', async () => {
    const first = await client.ask('GET', '/api/session', { key });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\//);
    for (const known of [etag, `"x", ${etag}`, '*', etag.slice(2)]) {
      const again = await client.ask('GET', '/api/session', { key, headers: { 'if-none-match': known } });
      expect([known, again.status, again.body]).toEqual([known, 304, '']);
    }
    const changed = await client.ask('GET', '/api/session', { key, headers: { 'if-none-match': '"x"' } });
    expect(changed.status).toBe(200);
  });

  test('are compressed for who asks, and still have their ETag', async () => {
    const response = await fetch(`${served.url}/openapi.json`, { headers: { 'accept-encoding': 'br' } });
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('etag')).toMatch(/^W\//);
    expect(await response.json()).toHaveProperty('openapi', '3.1.0');
  });
});

describe('the same write twice', () => {
  const write = (asker: string, name: string, idempotencyKey: string) =>
    client.ask('POST', PARTS, {
      key: asker,
      params,
      body: { name },
      headers: { 'idempotency-key': idempotencyKey },
    });

  test('with an idempotency key is done once, whoever is first', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => write(key, 'once', 'k-1')));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 201))
      expect([status, body.code]).toEqual([409, 'AQF_IDEMPOTENCY_CONFLICT']);
    const replayed = await write(key, 'once', 'k-1');
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    expect(replayed.headers.get('location')).toBe(made[0]?.headers.get('location'));
    const filter = JSON.stringify({ name: 'once' });
    const { body } = await client.ask('GET', PARTS, { key, params, query: { filter } });
    expect(body.items).toHaveLength(1);
  });

  test('is refused when it is not the same, and is nobody else’s', async () => {
    const first = await write(key, 'one', 'k-2');
    const other = await write(key, 'two', 'k-2');
    expect([other.status, other.body.code]).toEqual([409, 'AQF_IDEMPOTENCY_CONFLICT']);
    const bob = await served.key('bob', ['owner']);
    const theirs = await write(bob, 'one', 'k-2');
    expect([theirs.status, theirs.body.tenantId]).toEqual([201, 'bob']);
    expect(theirs.body.id).not.toBe(first.body.id);
  });

  test('may be tried again after it failed', async () => {
    expect(
      (await client.ask('POST', PARTS, { key, params, body: {}, headers: { 'idempotency-key': 'k-3' } }))
        .status,
    ).toBe(422);
    const refused = await write(key, 'now', 'k-4');
    expect(refused.status).toBe(201);
  });

  test('tells a secret once', async () => {
    const ask = () =>
      client.ask('POST', '/api/keys', { key, body: { name: 'k' }, headers: { 'idempotency-key': 'k-5' } });
    const made = await ask();
    const again = await ask();
    expect([again.status, again.body.code]).toEqual([409, 'AQF_IDEMPOTENCY_CONFLICT']);
    const { rows } = await served.layer
      .system('test')
      .query('select count(*)::integer as found from aquifer.idempotency_keys where body like $1', [
        `%${made.body.key}%`,
      ]);
    expect(rows).toEqual([{ found: 0 }]);
  });
});

function raw(path: string, headers: Record<string, string>): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const asked = rawRequest(`${served.url}`, { path, headers }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0 }));
    });
    asked.on('error', reject).end();
  });
}

/** What the server says to bytes that no client would send. */
function bytes(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(served.url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += String(data);
      socket.end();
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}

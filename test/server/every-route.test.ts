import { validate } from '@readme/openapi-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../src/accounts/index.js';
import { send } from './support/checked-client.js';
import { CALLS, OF_WHO_ASKS, openWorld, type World } from './support/world.js';

/** Slow statements are of the installation: their ids are whoever's may see them. */
const PLAN = 'GET /api/operations/slow-queries/{id}/plan';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 180_000);
afterAll(() => world[Symbol.asyncDispose]());

const routesOf = ({ client }: World) => client.operations.map(({ method, path }) => `${method} ${path}`);
const split = (route: string) => route.split(' ') as [string, string];
/** Ours, or as OpenAI's clients read it. */
const codeOf = (text: string) => {
  const body = JSON.parse(text) as { code?: string; error?: { code?: string } };
  return body.code ?? body.error?.code;
};

describe('the document of the routes', () => {
  test('is valid OpenAPI 3.1', async () => {
    const result = await validate(structuredClone(world.client.document) as never);
    expect(result.valid || JSON.stringify(result).slice(0, 3000)).toBe(true);
  });

  test('has no route that these tests do not ask, and no id twice', () => {
    expect(routesOf(world).sort()).toEqual([...Object.keys(CALLS), PLAN].sort());
    const ids = world.client.operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** Before the walk through Bob's own, which ends with deletions. */
describe('what another tenant has', () => {
  let sent = '';
  const words = () => [
    world.alice.word,
    'hushed',
    ...Object.values(world.alice).filter((value) => value.length > 11),
  ];

  test.each(Object.keys(CALLS))('is not there for %s', async (route) => {
    const { client, served, alice, bob } = world;
    const [method, path] = split(route);
    const asked = CALLS[route]?.(alice) ?? {};
    const response = await send(served.url, method, path, { ...asked, key: bob.key });
    const text = await response.text();
    if (!OF_WHO_ASKS.includes(route))
      expect([response.status, text]).toEqual([404, expect.stringContaining('"AQF_')]);
    // What he sent himself he may read again, in his audit for one.
    sent += JSON.stringify(asked);
    const revealed = words().filter((word) => text.includes(word) && !sent.includes(word));
    expect(revealed).toEqual([]);
    expect(client.operations.length).toBeGreaterThan(40);
  });

  test('is as it was afterwards', async () => {
    const { client, alice } = world;
    const params = { entity: 'parts', id: alice.row };
    const { body } = await client.ask('GET', '/api/entities/{entity}/{id}', { key: alice.key, params });
    expect(body).toMatchObject({ stock: 2, revision: 2, deletedAt: null });
    const kept = await client.ask('GET', '/api/documents/{id}', {
      key: alice.key,
      params: { id: alice.document },
    });
    expect(kept.body.deletedAt).toBeNull();
    const { items } = (await client.ask('GET', '/api/keys', { key: alice.key })).body;
    expect(items.filter(({ revokedAt }: { revokedAt: unknown }) => revokedAt !== null)).toEqual([]);
  });
});

describe('without the right', () => {
  test.each(Object.keys(CALLS))('nobody gets through to %s', async (route) => {
    const { served, alice } = world;
    const [method, path] = split(route);
    const asked = CALLS[route]?.(alice) ?? {};
    const anonymous = await send(served.url, method, path, asked);
    const isOurs = path.startsWith('/api/');
    expect([anonymous.status, codeOf(await anonymous.text())]).toEqual([
      401,
      isOurs ? 'AQF_CREDENTIAL_MISSING' : 'missing_api_key',
    ]);
    const key = await served.key('hushed-acme', ['stranger']);
    const stranger = await send(served.url, method, path, { ...asked, key });
    if (OPEN.includes(route)) return expect(stranger.status).toBe(200);
    const text = await stranger.text();
    expect([stranger.status, codeOf(text)]).toEqual([
      403,
      isOurs ? 'AQF_PERMISSION_DENIED' : 'insufficient_permissions',
    ]);
    expect(text).not.toContain(alice.word);
  });

  const OPEN = [
    'GET /api/session',
    'GET /api/tenant',
    'GET /api/entities',
    'GET /v1/models',
    'GET /v1/models/{model}',
  ];
  const GUARDED = /^(audit|jobs|keys|operations|usage)$/;
  const ACTIONS: Readonly<Record<string, string>> = {
    viewer: 'read',
    editor: 'read create update delete',
    admin: 'read create update delete',
    owner: 'read create update delete',
  };

  test.each(Object.keys(ROLES))('%s gets as far as his role goes', async (role) => {
    const { served, client } = world;
    const key = await served.key('roles', [role]);
    for (const { method, path, operation } of client.operations) {
      const needed = (operation as { 'x-permission'?: string })['x-permission'];
      if (needed === undefined) continue;
      const [entity = '', action = ''] = needed.split(':');
      const isOut = GUARDED.test(entity) && !['admin', 'owner'].includes(role);
      const mayAsk = !isOut && (ACTIONS[role] ?? '').includes(action);
      // Something that is not there: who may ask is told so, or that the request lacks something.
      const { status } = await send(served.url, method, path, { key, params: { id: NOBODY } });
      expect([method, path, status === 403]).toEqual([method, path, !mayAsk]);
    }
  });
});

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('every route', () => {
  test('answers its owner with what its document promises', async () => {
    const { client, bob } = world;
    for (const [route, call] of Object.entries(CALLS)) {
      const [method, path] = split(route);
      const asked = call(bob);
      const isOriginal = path.endsWith('/original');
      const params = isOriginal ? { id: await originalOf() } : asked.params;
      const { status, body } = await client.ask(method, path, {
        ...asked,
        ...(params && { params }),
        key: bob.key,
      });
      expect([route, status < 300, status < 300 ? '' : body]).toEqual([route, true, '']);
    }
    const { slowQueries } = (await client.ask('GET', '/api/operations', { key: bob.key })).body;
    const slow = slowQueries.find(({ statement }: { statement: string }) => statement.startsWith('select'));
    const [method, path] = split(PLAN);
    await client.ask(method, path, { key: bob.key, params: { id: slow.id } });
    const unanswered = client.operations.filter(
      ({ operation }) => !client.answered.has(operation.operationId),
    );
    expect(unanswered.map(({ operation }) => operation.operationId)).toEqual([]);
  });

  async function originalOf(): Promise<string> {
    const { client, bob } = world;
    const { items } = (await client.ask('GET', '/api/documents', { key: bob.key })).body;
    return items.find(({ hasOriginal }: { hasOriginal: boolean }) => hasOriginal).id;
  }
});

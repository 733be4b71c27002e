import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JwtSettings } from '../../src/accounts/index.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { createMigratedDatabase } from '../support/postgres.js';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { CheckedClient } from './support/checked-client.js';

const SECRET = 'a secret of at least thirty-two characters';
const ISSUER = { issuer: 'https://issuer.example', audience: 'aquifer' };

interface Opened {
  readonly served: ServedLayer;
  /** The status, and the code of a problem. */
  session(credential: string): Promise<readonly [number, string | undefined]>;
}

async function open(jwt?: JwtSettings): Promise<Opened> {
  const served = await serveLayer({}, { jwt });
  const client = await CheckedClient.open(served.url);
  return {
    served,
    session: async (credential) => {
      const { status, body } = await client.ask('GET', '/api/session', { key: credential });
      return [status, body.code];
    },
  };
}

const REFUSED = [401, 'AQF_CREDENTIAL_INVALID'] as const;
const FINE = [200, undefined] as const;

interface Claims {
  readonly [name: string]: unknown;
}

function token(claims: Claims = {}) {
  return new SignJWT({ tenant_id: 'acme', roles: ['viewer'], ...claims })
    .setSubject('ann')
    .setIssuer(ISSUER.issuer)
    .setAudience(ISSUER.audience)
    .setExpirationTime('1h');
}

const hs256 = (claims?: Claims) =>
  token(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));

describe('a JWT with a secret', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open({ secret: SECRET, ...ISSUER });
  });
  afterAll(() => opened.served.close());

  test('tells who asks', async () => expect(await opened.session(await hs256())).toEqual(FINE));

  test('is refused when anything of it is wrong', async () => {
    const key = new TextEncoder().encode(SECRET);
    const header = { alg: 'HS256' };
    const wrong: Record<string, string> = {
      expired: await token().setExpirationTime('-1m').setProtectedHeader(header).sign(key),
      'not yet': await token().setNotBefore('1h').setProtectedHeader(header).sign(key),
      audience: await token().setAudience('other').setProtectedHeader(header).sign(key),
      issuer: await token().setIssuer('other').setProtectedHeader(header).sign(key),
      secret: await token()
        .setProtectedHeader(header)
        .sign(new TextEncoder().encode(`${SECRET}.`)),
      algorithm: await token().setProtectedHeader({ alg: 'HS512' }).sign(key),
      'no tenant': await hs256({ tenant_id: undefined }),
      'tenant of another kind': await hs256({ tenant_id: ['acme'] }),
      'no signature': new UnsecuredJWT({ tenant_id: 'acme', roles: ['owner'] })
        .setSubject('ann')
        .setIssuer(ISSUER.issuer)
        .setAudience(ISSUER.audience)
        .setExpirationTime('1h')
        .encode(),
      'cut signature': `${(await hs256()).split('.').slice(0, 2).join('.')}.`,
      'no end': await new SignJWT({ tenant_id: 'acme' })
        .setSubject('ann')
        .setIssuer(ISSUER.issuer)
        .setAudience(ISSUER.audience)
        .setProtectedHeader(header)
        .sign(key),
    };
    for (const [what, credential] of Object.entries(wrong))
      expect([what, await opened.session(credential)]).toEqual([what, REFUSED]);
  });

  test('of a tenant that was suspended is refused', async () => {
    const { tenants } = opened.served.layer;
    await tenants.create('stopped');
    await tenants.suspend('stopped');
    expect(await opened.session(await hs256({ tenant_id: 'stopped' }))).toEqual(REFUSED);
  });
});

describe('a JWT with the keys of its issuer', () => {
  let opened: Opened;
  let issuer: HttpServer;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  beforeAll(async () => {
    keys = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
    issuer = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const { port } = issuer.address() as AddressInfo;
    opened = await open({ jwksUrl: `http://127.0.0.1:${port}/jwks`, ...ISSUER });
  });
  afterAll(async () => {
    await opened.served.close();
    issuer.close();
  });

  test('is taken, and one of a stranger is not', async () => {
    const header = { alg: 'ES256', kid: 'one' };
    expect(await opened.session(await token().setProtectedHeader(header).sign(keys.privateKey))).toEqual(
      FINE,
    );
    const stranger = await generateKeyPair('ES256');
    expect(await opened.session(await token().setProtectedHeader(header).sign(stranger.privateKey))).toEqual(
      REFUSED,
    );
    const unknown = { alg: 'ES256', kid: 'two' };
    expect(await opened.session(await token().setProtectedHeader(unknown).sign(keys.privateKey))).toEqual(
      REFUSED,
    );
  });

  test('is not taken when it was signed with the public key as a secret', async () => {
    const publicText = JSON.stringify(await exportJWK(keys.publicKey));
    const confused = await token()
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(new TextEncoder().encode(publicText));
    expect(await opened.session(confused)).toEqual(REFUSED);
  });
});

describe('an API key', () => {
  let opened: Opened;
  let client: CheckedClient;
  let owner: string;
  beforeAll(async () => {
    opened = await open();
    client = await CheckedClient.open(opened.served.url);
    owner = await opened.served.key('acme', ['owner']);
  });
  afterAll(() => opened.served.close());

  const create = async (body: object, key = owner) => client.ask('POST', '/api/keys', { key, body });

  test('ends at once when it is revoked', async () => {
    const { body } = await create({ name: 'short', roles: ['viewer'] });
    expect(await opened.session(body.key)).toEqual(FINE);
    await client.ask('DELETE', '/api/keys/{id}', { key: owner, params: { id: body.id } });
    expect(await opened.session(body.key)).toEqual(REFUSED);
  });

  test('ends when its time is over, while it is remembered, too', async () => {
    const expiresAt = new Date(Date.now() + 1500).toISOString();
    const { body } = await create({ name: 'brief', roles: ['viewer'], expiresAt });
    expect(await opened.session(body.key)).toEqual(FINE);
    await expect.poll(() => opened.session(body.key), { timeout: 5000 }).toEqual(REFUSED);
  });

  test('is followed by another, and goes on for the grace', async () => {
    const { body: old } = await create({ name: 'turning', roles: ['viewer'] });
    const rotate = (graceHours: number, id = old.id) =>
      client.ask('POST', '/api/keys/{id}/rotate', { key: owner, params: { id }, body: { graceHours } });
    const { body: next } = await rotate(1);
    expect(next).toMatchObject({ name: 'turning', roles: ['viewer'], rotatedFrom: old.id });
    expect(await opened.session(old.key)).toEqual(FINE);
    const { body: last } = await rotate(0, next.id);
    expect(await opened.session(last.key)).toEqual(FINE);
  });

  test('grants no more than its maker has', async () => {
    const { body: admin } = await create({ name: 'admin', roles: ['admin', 'board'] });
    const denied = [403, 'AQF_PERMISSION_DENIED'];
    const tryWith = async (body: object) => {
      const answer = await create({ name: 'x', ...body }, admin.key);
      return [answer.status, answer.body.code];
    };
    expect(await tryWith({ roles: ['owner'] })).toEqual(denied);
    expect(await tryWith({ permissions: ['*:*'] })).toEqual(denied);
    expect(await tryWith({ roles: ['finance'] })).toEqual(denied);
    expect((await create({ name: 'x', roles: ['viewer', 'board'] }, admin.key)).status).toBe(201);
    const id = owner.split('_')[1] ?? '';
    for (const [method, path] of [
      ['POST', '/api/keys/{id}/rotate'],
      ['DELETE', '/api/keys/{id}'],
    ] as const) {
      const answer = await client.ask(method, path, { key: admin.key, params: { id } });
      expect([answer.status, answer.body.code]).toEqual(denied);
    }
  });

  test.each(['aq_', 'aq_123456789012_x', `aq_123456789012_${'A'.repeat(43)}`, 'x'.repeat(10_000)])(
    'of nobody is refused (%#)',
    async (credential) => expect(await opened.session(credential)).toEqual(REFUSED),
  );
});

const hasPostgres = await serviceAvailable('postgres');
const hasRedis = await serviceAvailable('redis');

describe('rate limits', () => {
  const rate = { perSecond: 0.01, burst: 3 };
  const rateLimit = { credential: rate, tenant: { perSecond: 0.01, burst: 5 } };

  async function exhaust(options: Parameters<typeof serveLayer>[0]): Promise<void> {
    const served = await serveLayer(options, { rateLimit });
    try {
      const tenant = `limited-${Date.now()}-${Math.round(performance.now())}`;
      const [one, two] = [await served.key(tenant), await served.key(tenant)];
      const client = await CheckedClient.open(served.url);
      const ask = (key: string) => client.ask('GET', '/api/session', { key });
      const statuses = [];
      for (const key of [one, one, one, one, two, two, two]) statuses.push((await ask(key)).status);
      expect(statuses).toEqual([200, 200, 200, 429, 200, 200, 429]);
      const { headers, body } = await ask(one);
      expect(body.code).toBe('AQF_RATE_LIMITED');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(1);
      expect(headers.get('ratelimit-remaining')).toBe('0');
      const other = await served.key('other-tenant');
      expect((await ask(other)).status).toBe(200);
    } finally {
      await served.close();
    }
  }

  test('hold for a credential and for its tenant, in this process', () => exhaust({}));

  test.skipIf(!hasRedis)('hold in Redis', () =>
    exhaust({ redis: { url: serviceUrl('redis') }, server: { rateLimit: { store: 'redis' } } }),
  );

  test.skipIf(!hasPostgres)('hold in PostgreSQL', async () => {
    const database = await createMigratedDatabase();
    try {
      await exhaust({ relational: { provider: 'postgres', url: database.url } });
    } finally {
      await database.drop();
    }
  });
});

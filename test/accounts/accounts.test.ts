import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys, Authenticator, Permissions, ROLES, Tenants } from '../../src/accounts/index.js';
import { tenantContext } from '../../src/tenancy/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const INVALID = { code: 'AQF_CREDENTIAL_INVALID', status: 401 };
const HOUR_MS = 3_600_000;

await describeOnEachDatabase('accounts', (open) => {
  let database: OpenedDatabase;
  let keys: ApiKeys;
  let foreign: ApiKeys;
  const authenticator = () => new Authenticator(database.provider);
  beforeAll(async () => {
    database = await open();
    keys = new ApiKeys(database.provider, tenantContext({ tenantId: 'acme', actorId: 'ann' }));
    foreign = new ApiKeys(database.provider, tenantContext({ tenantId: 'rival' }));
  });
  afterAll(() => database.dispose());

  describe('API keys', () => {
    test('open the scope they were made for, with its roles', async () => {
      const { key, id } = await keys.create({ name: 'site', roles: ['editor', 'press'] });
      const principal = await authenticator().authenticate(key);
      expect(principal).toMatchObject({ tenantId: 'acme', actorId: `key:${id}`, roles: ['editor', 'press'] });
      expect(principal.permissions.allows('documents', 'delete')).toBe(true);
      expect(principal.permissions.allows('audit', 'read')).toBe(false);
    });

    test('are shown without what they are, and found by their tenant alone', async () => {
      const { key, id } = await keys.create({ name: 'shown' });
      const shown = await keys.get(id);
      expect(shown).toMatchObject({
        id,
        name: 'shown',
        roles: ['editor'],
        createdBy: 'ann',
        revokedAt: null,
      });
      expect(JSON.stringify(await keys.list())).not.toContain(key.split('_')[2]);
      await expect(foreign.get(id)).rejects.toMatchObject({ code: 'AQF_KEY_NOT_FOUND' });
      await expect(foreign.revoke(id)).rejects.toMatchObject({ code: 'AQF_KEY_NOT_FOUND' });
      await expect(foreign.rotate(id)).rejects.toMatchObject({ code: 'AQF_KEY_NOT_FOUND' });
      expect(await foreign.list()).toEqual([]);
    });

    test('are stored as a hash that the application cannot read', async () => {
      const read = database.provider.query(tenantContext({ tenantId: 'acme' }), {
        text: 'select hash from aquifer.api_keys',
      });
      await expect(read).rejects.toMatchObject({ code: 'AQF_PERMISSION_DENIED' });
    });

    test.each([
      '',
      'aq_',
      'aq_000000000000_',
      `aq_000000000000_${'0'.repeat(43)}`,
      'Bearer',
      'a.b.c',
      '\u0000',
    ])('that never were are not valid: %j', async (credential) => {
      await expect(authenticator().authenticate(credential)).rejects.toMatchObject(INVALID);
    });

    test('of a known id and another secret are not valid, remembered or not', async () => {
      const { key } = await keys.create({ name: 'guessed' });
      const forged = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
      const one = authenticator();
      await expect(one.authenticate(forged)).rejects.toMatchObject(INVALID);
      await one.authenticate(key);
      await expect(one.authenticate(forged)).rejects.toMatchObject(INVALID);
    });

    test('end when they expire, also while they are remembered', async () => {
      const { key } = await keys.create({ name: 'short', expiresAt: new Date(Date.now() + 400) });
      const one = authenticator();
      await one.authenticate(key);
      await expect
        .poll(() => one.authenticate(key).then(String, (error: { code: string }) => error.code), {
          timeout: 5000,
        })
        .toBe('AQF_CREDENTIAL_INVALID');
    });

    test('that are revoked are not valid: at once where it is known, elsewhere after the time given', async () => {
      const { key, id } = await keys.create({ name: 'lost' });
      const here = authenticator();
      const elsewhere = new Authenticator(database.provider, { rememberMs: 300 });
      await Promise.all([here.authenticate(key), elsewhere.authenticate(key)]);
      await keys.revoke(id);
      here.forget(id);
      await expect(here.authenticate(key)).rejects.toMatchObject(INVALID);
      await expect
        .poll(() => elsewhere.authenticate(key).then(String, (error: { code: string }) => error.code))
        .toBe('AQF_CREDENTIAL_INVALID');
    });

    test('are rotated: the new one allows the same, the old one ends after the grace', async () => {
      const old = await keys.create({ name: 'deploy', permissions: ['documents:read'] });
      const next = await keys.rotate(old.id, { graceMs: HOUR_MS });
      expect(next).toMatchObject({ rotatedFrom: old.id, permissions: ['documents:read'], roles: [] });
      expect((await authenticator().authenticate(old.key)).credential).toBe(old.id);
      expect((await authenticator().authenticate(next.key)).credential).toBe(next.id);
      const last = await keys.rotate(next.id);
      await expect(authenticator().authenticate(next.key)).rejects.toMatchObject(INVALID);
      await expect(keys.rotate(next.id)).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
      expect((await authenticator().authenticate(last.key)).tenantId).toBe('acme');
    });

    test('tell when they were used last', async () => {
      const { key, id } = await keys.create({ name: 'used' });
      expect((await keys.get(id)).lastUsedAt).toBeNull();
      await authenticator().authenticate(key);
      expect((await keys.get(id)).lastUsedAt).toBeInstanceOf(Date);
    });

    test('are given by nobody who has less', async () => {
      const editor = new Permissions(ROLES.editor);
      await keys.create({ name: 'viewer', roles: ['viewer'] }, editor);
      const more = [
        { roles: ['owner'] },
        { roles: ['admin'] },
        { permissions: ['audit:read'] },
        { permissions: ['*:*'] },
      ];
      for (const wanted of more) {
        const made = keys.create({ name: 'more', ...wanted }, editor);
        await expect(made).rejects.toMatchObject({ code: 'AQF_PERMISSION_DENIED' });
      }
    });

    test.each([
      { name: '' },
      { name: 'x', permissions: ['documents'] },
      { name: 'x', permissions: ['documents:fly'] },
      { name: 'x', roles: ['a,b'] },
      { name: 'x', expiresAt: new Date(0) },
      { name: 'x', tenantId: 'rival' },
    ])('are refused when malformed: %j', async (wanted) => {
      await expect(keys.create(wanted)).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    });
  });

  describe('tenants', () => {
    test('are named, listed, suspended with all their credentials, and resumed', async () => {
      const tenants = new Tenants(database.provider);
      await tenants.create('rival', 'Rival & Sons');
      await expect(tenants.create('rival')).rejects.toMatchObject({ code: 'AQF_TENANT_EXISTS' });
      expect(await tenants.list()).toMatchObject([{ id: 'rival', name: 'Rival & Sons', suspendedAt: null }]);
      const { key } = await foreign.create({ name: 'site' });
      const secret = randomBytes(24).toString('hex');
      const token = await new SignJWT({ tenant_id: 'rival', roles: ['viewer'] })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('rita')
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(secret));
      const fresh = () => new Authenticator(database.provider, { jwt: { secret } });
      expect(await fresh().authenticate(token)).toMatchObject({ tenantId: 'rival', actorId: 'rita' });
      await tenants.suspend('rival');
      await expect(fresh().authenticate(key)).rejects.toMatchObject(INVALID);
      await expect(fresh().authenticate(token)).rejects.toMatchObject(INVALID);
      await tenants.resume('rival');
      expect((await fresh().authenticate(key)).tenantId).toBe('rival');
      await expect(tenants.get('nobody')).rejects.toMatchObject({ code: 'AQF_TENANT_NOT_FOUND' });
    });
  });
});

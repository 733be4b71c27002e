import type { KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExpiringMap } from '../../src/encryption/expiring-map.js';
import { Encryption, type KeyProvider } from '../../src/encryption/index.js';
import { KeyWrapping } from '../../src/encryption/key-wrapping.js';
import { TenantKeys } from '../../src/encryption/tenant-keys.js';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { keyRows, newKeyFile, newTenant, SYSTEM, scopeOf, tenant, WatchedProvider } from './support.js';

const FIELD = { table: 'app.notes', column: 'body', rowId: '1' };
const DESTROYED = expect.objectContaining({ code: 'AQF_KEY_DESTROYED', status: 410 });
const UNAVAILABLE = expect.objectContaining({ code: 'AQF_KEY_UNAVAILABLE', status: 503 });
const TTL_MS = 60_000;

describe.skipIf(!(await serviceAvailable('postgres')))('on a real server', () => {
  let server: TestDatabase;
  let database: RelationalProvider;
  let provider: WatchedProvider;
  let encryption: Encryption;
  beforeAll(async () => {
    server = await createTestDatabase();
    database = await openTestPostgres(server);
    await migrate(database);
    provider = new WatchedProvider(await newKeyFile());
    encryption = new Encryption({ provider });
  });
  afterAll(async () => {
    encryption.close();
    await database.close();
    await server.drop();
  });

  const cipherOf = (tenantId: string, source: Pick<Encryption, 'forTenant'> = encryption) =>
    source.forTenant(scopeOf(database, tenantId), tenantId);

  /** Another process, with a clock that the test turns. */
  function otherProcess(wrappedBy: KeyProvider = provider) {
    const clock = { ms: 0 };
    const now = () => clock.ms;
    const unwrapped = new ExpiringMap<Promise<KeyObject>>({ max: 100, ttlMs: 5 * TTL_MS, now });
    const wrapping = new KeyWrapping(wrappedBy, [], unwrapped);
    return { clock, keys: new TenantKeys(wrapping, { ttlMs: TTL_MS, maxTenants: 10, now }) };
  }

  describe('a destroyed key', () => {
    test('is dead at once in this process, for ciphers handed out before too', async () => {
      const tenantId = newTenant();
      const cipher = await cipherOf(tenantId);
      const value = cipher.encrypt(FIELD, 'secret');
      expect(await encryption.destroyTenantKeys(database, tenantId)).toBe(2);
      for (const held of [cipher, await cipherOf(tenantId)]) {
        expect(() => held.decrypt(FIELD, value)).toThrow(DESTROYED);
        expect(() => held.encrypt(FIELD, 'more')).toThrow(DESTROYED);
        expect(() => held.blindIndex(FIELD, 'more')).toThrow(DESTROYED);
      }
    });

    test('is dead elsewhere when the keys have not been looked up for the time they may be used', async () => {
      const tenantId = newTenant();
      const { clock, keys } = otherProcess();
      const cipher = await cipherOf(tenantId, keys);
      const value = cipher.encrypt(FIELD, 'secret');
      await encryption.destroyTenantKeys(database, tenantId);
      clock.ms = TTL_MS - 1;
      expect(cipher.decrypt(FIELD, value)).toBe('secret');
      clock.ms = TTL_MS;
      expect(() => cipher.decrypt(FIELD, value)).toThrow(UNAVAILABLE);
      const later = await cipherOf(tenantId, keys);
      expect(() => later.decrypt(FIELD, value)).toThrow(DESTROYED);
      keys.close();
    });

    test('leaves nothing in the database that could bring it back', async () => {
      const tenantId = newTenant();
      await cipherOf(tenantId);
      await encryption.destroyTenantKeys(database, tenantId);
      for (const row of await keyRows(database, tenantId)) {
        expect(row).toMatchObject({ wrapped: null, destroyed: true });
      }
      const revive = `update aquifer.data_keys set wrapped = $2, destroyed_at = null where tenant_id = $1`;
      const reviving = database.query(SYSTEM, { text: revive, values: [tenantId, Buffer.alloc(60)] });
      await expect(reviving).rejects.toMatchObject({ code: 'AQF_FOREIGN_KEY_VIOLATION' });
    });

    test('stays destroyed until the tenant is reopened, and what it encrypted is lost for good', async () => {
      const tenantId = newTenant();
      const value = (await cipherOf(tenantId)).encrypt(FIELD, 'old');
      await encryption.destroyTenantKeys(database, tenantId);
      await expect(encryption.rotate(database, tenantId)).rejects.toThrow(DESTROYED);
      await encryption.reopen(database, tenantId);
      const cipher = await cipherOf(tenantId);
      const fresh = cipher.encrypt(FIELD, 'new');
      expect(fresh).toMatch(/^aqe1\.2\./);
      expect(cipher.decrypt(FIELD, fresh)).toBe('new');
      expect(() => cipher.decrypt(FIELD, value)).toThrow(DESTROYED);
      await encryption.reopen(database, tenantId);
      expect(await keyRows(database, tenantId)).toHaveLength(4);
    });

    test('cannot be slipped past by making the first one at the same moment', async () => {
      const tenantId = newTenant();
      let destroying: Promise<number> | undefined;
      const value = await database.transaction(tenant(tenantId), async (tx) => {
        const cipher = await encryption.forTenant(tx, tenantId);
        destroying = encryption.destroyTenantKeys(database, tenantId);
        await waitForLockedStatement(database);
        return cipher.encrypt(FIELD, 'just in time');
      });
      expect(await destroying).toBe(2);
      const cipher = await cipherOf(tenantId);
      expect(() => cipher.decrypt(FIELD, value)).toThrow(DESTROYED);
    });

    test('may be one that was never made: the tenant gets none then', async () => {
      const tenantId = newTenant();
      await encryption.destroyTenantKeys(database, tenantId);
      const cipher = await cipherOf(tenantId);
      expect(() => cipher.encrypt(FIELD, 'x')).toThrow(DESTROYED);
      expect((await keyRows(database, tenantId)).every(({ destroyed }) => destroyed)).toBe(true);
    });
  });

  describe('a key provider that is away', () => {
    test('stops no one whose keys may still be used, and everyone after that', async () => {
      const tenantId = newTenant();
      const watched = new WatchedProvider(provider);
      const { clock, keys } = otherProcess(watched);
      const value = (await cipherOf(tenantId, keys)).encrypt(FIELD, 'x');
      // A new version is what the other process has to unwrap when it looks again.
      await encryption.rotate(database, tenantId, { leadMs: 0 });
      watched.isDown = true;
      clock.ms = TTL_MS * 0.75;
      expect((await cipherOf(tenantId, keys)).decrypt(FIELD, value)).toBe('x');
      clock.ms = TTL_MS;
      await expect(cipherOf(tenantId, keys)).rejects.toThrow(UNAVAILABLE);
      watched.isDown = false;
      expect((await cipherOf(tenantId, keys)).decrypt(FIELD, value)).toBe('x');
      keys.close();
    });

    test('is asked again only when a key is no longer held unwrapped', async () => {
      const tenantId = newTenant();
      const watched = new WatchedProvider(provider);
      const { clock, keys } = otherProcess(watched);
      await cipherOf(tenantId, keys);
      const before = watched.unwrapped;
      for (let minute = 1; minute < 5; minute++) {
        clock.ms = minute * TTL_MS;
        await cipherOf(tenantId, keys);
      }
      expect(watched.unwrapped).toBe(before);
      clock.ms = 5 * TTL_MS;
      await cipherOf(tenantId, keys);
      expect(watched.unwrapped).toBe(before + 2);
      keys.close();
    });
  });

  describe('a new version', () => {
    test('is known everywhere before the first value is written with it', async () => {
      const tenantId = newTenant();
      const { clock, keys } = otherProcess();
      const elsewhere = await cipherOf(tenantId, keys);
      const { version, activeFrom } = await encryption.rotate(database, tenantId);
      expect(version).toBe(2);
      expect(activeFrom.getTime() - Date.now()).toBeGreaterThan(TTL_MS);
      const value = (await cipherOf(tenantId)).encrypt(FIELD, 'x');
      expect(value).toMatch(/^aqe1\.1\./);
      expect(elsewhere.decrypt(FIELD, value)).toBe('x');
      clock.ms = TTL_MS;
      expect((await cipherOf(tenantId, keys)).decrypt(FIELD, value)).toBe('x');
      keys.close();
    });

    test('in a hurry is unreadable elsewhere for one look only', async () => {
      const tenantId = newTenant();
      const { keys } = otherProcess();
      await cipherOf(tenantId, keys);
      await encryption.rotate(database, tenantId, { leadMs: 0 });
      const value = (await cipherOf(tenantId)).encrypt(FIELD, 'x');
      expect(value).toMatch(/^aqe1\.2\./);
      const stale = await cipherOf(tenantId, keys);
      expect(() => stale.decrypt(FIELD, value)).toThrow(
        expect.objectContaining({ code: 'AQF_CIPHERTEXT_INVALID' }),
      );
      expect((await cipherOf(tenantId, keys)).decrypt(FIELD, value)).toBe('x');
      keys.close();
    });

    test('is one more for each of those who rotate at the same time', async () => {
      const tenantId = newTenant();
      await cipherOf(tenantId);
      const made = await Promise.all([1, 2, 3].map(() => encryption.rotate(database, tenantId)));
      expect(made.map(({ version }) => version).sort()).toEqual([2, 3, 4]);
    });

    test('needs a first one', async () => {
      const rotating = encryption.rotate(database, newTenant());
      await expect(rotating).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    });
  });

  describe('a new master key', () => {
    test('takes over every data key of every tenant, while the values stay as they are', async () => {
      const former = await newKeyFile();
      const before = new Encryption({ provider: former });
      const tenants = Array.from({ length: 130 }, newTenant);
      const [one, gone] = [tenants[0] as string, tenants[1] as string];
      for (const tenantId of tenants) await cipherOf(tenantId, before);
      const value = (await cipherOf(one, before)).encrypt(FIELD, 'x');
      await before.destroyTenantKeys(database, gone);

      const current = await newKeyFile();
      const lacking = new Encryption({ provider: current });
      await expect(cipherOf(one, lacking)).rejects.toThrow(new RegExp(`wrapped by ${former.id}`));
      const moving = new Encryption({ provider: current, former: [former] });
      expect((await cipherOf(one, moving)).decrypt(FIELD, value)).toBe('x');
      expect(await moving.rewrap(database, former)).toBe(258);
      expect(await moving.rewrap(database, former)).toBe(0);
      expect((await keyRows(database, one)).map((row) => row.provider)).toEqual([current.id, current.id]);
      expect((await cipherOf(one, lacking)).decrypt(FIELD, value)).toBe('x');
      expect((await keyRows(database, gone)).every(({ wrapped }) => wrapped === null)).toBe(true);
    });
  });

  test('a closed source gives out nothing, and what it gave out stops working', async () => {
    const tenantId = newTenant();
    const closing = new Encryption({ provider });
    const cipher = await cipherOf(tenantId, closing);
    closing[Symbol.dispose]();
    expect(() => cipher.encrypt(FIELD, 'x')).toThrow(UNAVAILABLE);
    await expect(cipherOf(tenantId, closing)).rejects.toThrow(UNAVAILABLE);
  });

  test.each([{ ttlMs: 0 }, { ttlMs: Number.NaN }, { maxTenants: 0 }, { unwrappedTtlMs: -1 }])(
    'options that cannot be are refused: %j',
    (options) => {
      const refused = expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' });
      expect(() => new Encryption({ provider, ...options })).toThrow(refused);
    },
  );
});

/** Resolves once a statement in this database waits for another transaction. */
async function waitForLockedStatement(database: RelationalProvider): Promise<void> {
  const text = `select count(*)::integer as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  for (;;) {
    const { rows } = await database.query<{ waiting: number }>({ kind: 'owner' }, { text });
    if ((rows[0]?.waiting ?? 0) > 0) return;
  }
}

import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Encryption } from '../../src/encryption/index.js';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { keyRows, newKeyFile, newTenant, SYSTEM, scopeOf, tenant, WatchedProvider } from './support.js';

const FIELD = { table: 'app.notes', column: 'body', rowId: '1' };

describe.skipIf(!(await serviceAvailable('postgres')))('the keys of a tenant', () => {
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

  const within = <T>(tenantId: string, work: Parameters<typeof database.transaction<T>>[1]) =>
    database.transaction(tenant(tenantId), work);

  test('are made once when many processes ask for the first ones at the same time', async () => {
    const others = await Promise.all([1, 2].map(() => openTestPostgres(server)));
    for (let round = 0; round < 10; round++) {
      const tenantId = newTenant();
      const ciphers = await Promise.all(
        [...others, ...others, ...others].map((connection) =>
          connection.transaction(tenant(tenantId), (tx) =>
            new Encryption({ provider }).forTenant(tx, tenantId),
          ),
        ),
      );
      expect((await keyRows(database, tenantId)).map(({ purpose, version }) => [purpose, version])).toEqual([
        ['data', 1],
        ['index', 1],
      ]);
      for (const writer of ciphers) {
        const value = writer.encrypt(FIELD, 'shared');
        for (const reader of ciphers) expect(reader.decrypt(FIELD, value)).toBe('shared');
      }
      expect(new Set(ciphers.map((cipher) => cipher.blindIndex(FIELD, 'x'))).size).toBe(1);
    }
    await Promise.all(others.map((connection) => connection.close()));
  });

  test('are not remembered from a transaction that was rolled back', async () => {
    const tenantId = newTenant();
    const lost = await within(tenantId, async (tx) => {
      const cipher = await encryption.forTenant(tx, tenantId);
      const again = await encryption.forTenant(tx, tenantId);
      expect(again.decrypt(FIELD, cipher.encrypt(FIELD, 'in the same transaction'))).toBe(
        'in the same transaction',
      );
      throw Object.assign(new Error('rolled back'), { value: cipher.encrypt(FIELD, 'lost') });
    }).catch((error) => error.value as string);
    const cipher = await within(tenantId, (tx) => encryption.forTenant(tx, tenantId));
    expect(() => cipher.decrypt(FIELD, lost)).toThrow(
      expect.objectContaining({ code: 'AQF_CIPHERTEXT_INVALID' }),
    );
    const kept = cipher.encrypt(FIELD, 'kept');
    const elsewhere = await within(tenantId, (tx) => new Encryption({ provider }).forTenant(tx, tenantId));
    expect(elsewhere.decrypt(FIELD, kept)).toBe('kept');
  });

  test('are not remembered from a savepoint that was rolled back', async () => {
    const tenantId = newTenant();
    const value = await within(tenantId, async (tx) => {
      const undone = tx.savepoint(async (inner) => {
        await encryption.forTenant(inner, tenantId);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      return (await encryption.forTenant(tx, tenantId)).encrypt(FIELD, 'kept');
    });
    const elsewhere = await within(tenantId, (tx) => new Encryption({ provider }).forTenant(tx, tenantId));
    expect(elsewhere.decrypt(FIELD, value)).toBe('kept');
  });

  test('are made and read through a scope that runs each statement in its own transaction', async () => {
    const tenantId = newTenant();
    const value = (await encryption.forTenant(scopeOf(database, tenantId), tenantId)).encrypt(FIELD, 'x');
    const cipher = await new Encryption({ provider }).forTenant(scopeOf(database, tenantId), tenantId);
    expect(cipher.decrypt(FIELD, value)).toBe('x');
  });

  test('are not made by a transaction that only reads: what it looks for matches nothing', async () => {
    const tenantId = newTenant();
    const options = { access: 'read' } as const;
    const reading = await database.transaction(
      tenant(tenantId),
      (tx) => encryption.forTenant(tx, tenantId),
      options,
    );
    expect(reading.blindIndex(FIELD, 'x')).toHaveLength(22);
    expect(() => reading.encrypt(FIELD, 'x')).toThrow(
      expect.objectContaining({ code: 'AQF_KEY_UNAVAILABLE' }),
    );
    expect(await keyRows(database, tenantId)).toEqual([]);
    const writing = await within(tenantId, (tx) => encryption.forTenant(tx, tenantId));
    expect(writing.blindIndex(FIELD, 'x')).not.toBe(reading.blindIndex(FIELD, 'x'));
    expect(writing.encrypt(FIELD, 'x')).toMatch(/^aqe1\.1\./);
  });

  test('are unwrapped once for callers that ask at the same time, and not again for the next', async () => {
    const tenantId = newTenant();
    await within(tenantId, (tx) => encryption.forTenant(tx, tenantId));
    const fresh = new WatchedProvider(provider);
    const other = new Encryption({ provider: fresh });
    await Promise.all(
      Array.from({ length: 20 }, () => other.forTenant(scopeOf(database, tenantId), tenantId)),
    );
    await other.forTenant(scopeOf(database, tenantId), tenantId);
    expect(fresh.unwrapped).toBe(2);
  });

  test('are hidden from other tenants, and cannot be changed or removed by any tenant', async () => {
    const [alice, bob] = [newTenant(), newTenant()];
    await within(alice, (tx) => encryption.forTenant(tx, alice));
    const seen = await within(bob, (tx) => tx.query('select * from aquifer.data_keys'));
    expect(seen.rows).toEqual([]);
    for (const sql of ['delete from aquifer.data_keys', 'update aquifer.data_keys set retired_at = now()']) {
      await expect(within(alice, (tx) => tx.query(sql))).rejects.toMatchObject({
        code: 'AQF_PERMISSION_DENIED',
      });
    }
    const asSystem = database.query(SYSTEM, { text: 'delete from aquifer.data_keys' });
    await expect(asSystem).rejects.toMatchObject({ code: 'AQF_PERMISSION_DENIED' });
    const foreign = within(bob, (tx) => new Encryption({ provider }).forTenant(tx, alice));
    await expect(foreign).rejects.toMatchObject({ code: 'AQF_PERMISSION_DENIED' });
  });

  test('do not unwrap for another tenant, purpose or version they are copied to', async () => {
    const [alice, bob] = [newTenant(), newTenant()];
    await within(alice, (tx) => encryption.forTenant(tx, alice));
    const [data] = await keyRows(database, alice);
    for (const [tenantId, purpose, version] of [
      [bob, 'data', 1],
      [alice, 'index', 2],
      [alice, 'data', 2],
    ] as const) {
      const text = `insert into aquifer.data_keys (tenant_id, purpose, version, wrapped, provider) values ($1, $2, $3, $4, $5)`;
      await database.query(SYSTEM, {
        text,
        values: [tenantId, purpose, version, data?.wrapped, provider.id],
      });
      const asking = new Encryption({ provider }).forTenant(scopeOf(database, tenantId), tenantId);
      await expect(asking).rejects.toMatchObject({
        code: 'AQF_KEY_UNAVAILABLE',
        facts: { tenantId, version },
      });
    }
  });

  test('show up in no error, inspection or JSON', async () => {
    const tenantId = newTenant();
    const cipher = await within(tenantId, (tx) => encryption.forTenant(tx, tenantId));
    const errors: unknown[] = [];
    const collect = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        errors.push(error);
      }
    };
    const value = cipher.encrypt(FIELD, 'my plain secret');
    collect(() => cipher.decrypt({ ...FIELD, rowId: '2' }, value));
    collect(() => cipher.encrypt(FIELD, 'my plain secret\ud800'));
    provider.isDown = true;
    await new Encryption({ provider })
      .forTenant(scopeOf(database, tenantId), tenantId)
      .catch((e) => errors.push(e));
    provider.isDown = false;
    expect(errors).toHaveLength(3);
    const things = [encryption, cipher, ...errors];
    const shown = things
      .map(
        (thing) =>
          `${inspect(thing, { showHidden: true, depth: Infinity })} ${JSON.stringify(thing)} ${String(thing)}`,
      )
      .join();
    expect(shown).not.toContain('my plain secret');
    expect(shown).not.toContain('hushed');
    expect(provider.plainKeys.length).toBeGreaterThan(2);
    for (const key of provider.plainKeys) {
      expect(shown).not.toContain(key.toString('hex').slice(0, 16));
      expect(shown).not.toContain(key.toString('base64').slice(0, 16));
      expect(shown).not.toContain([...key.subarray(0, 4)].join(', '));
    }
  });
});

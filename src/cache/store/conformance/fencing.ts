import { expect, test } from 'vitest';
import { bytes, ended, entry, fillOne, fresh, leaseOne, type Opened, readText, SHORT_MS } from './fixture.js';

/** A holder that is late: whatever it does then must not be seen. */
export function fencingTests(opened: Opened): void {
  test('refuses a fill that began before an invalidation', async () => {
    const { store, other } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    await other.invalidate({ keys: [key], marks: [] }, 'test');
    expect(await fillOne(store, key, 'stale', token)).toBe(false);
    expect(await readText(other, key)).toBeUndefined();
  });

  test('refuses it when another has leased and filled since', async () => {
    const { store, other } = opened();
    const key = fresh();
    const late = await leaseOne(store, key);
    await other.invalidate({ keys: [key], marks: [] }, 'test');
    const heir = await leaseOne(other, key);
    expect(heir.granted).toBe(true);
    expect(await fillOne(store, key, 'stale', late.token)).toBe(false);
    expect(await fillOne(other, key, 'true', heir.token)).toBe(true);
    expect(await fillOne(store, key, 'stale', late.token)).toBe(false);
    expect(await readText(store, key)).toBe('true');
  });

  test('refuses a fill that began before a write', async () => {
    const { store, other } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    await other.write([entry(key, 'written')], 'test');
    expect(await fillOne(store, key, 'stale', token)).toBe(false);
    expect(await readText(store, key)).toBe('written');
    expect((await leaseOne(store, key)).granted).toBe(true);
  });

  test('refuses a fill whose lease has ended, though nobody else took it', async () => {
    const { store } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key, { ttlMs: SHORT_MS });
    await ended(store, SHORT_MS);
    expect(await fillOne(store, key, 'late', token)).toBe(false);
    expect(await readText(store, key)).toBeUndefined();
  });

  test('refuses a second fill under one lease', async () => {
    const { store } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    expect(await fillOne(store, key, 'first', token)).toBe(true);
    expect(await fillOne(store, key, 'second', token)).toBe(false);
    expect(await readText(store, key)).toBe('first');
  });

  test('refuses a fill of a key that was never leased', async () => {
    const { store } = opened();
    const key = fresh();
    expect(await fillOne(store, key, 'unasked', fresh('token'))).toBe(false);
    expect(await readText(store, key)).toBeUndefined();
  });

  test('refuses a fill after its lease was released', async () => {
    const { store } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    await store.release([key], token);
    expect(await fillOne(store, key, 'late', token)).toBe(false);
  });

  test('lets no late holder release the lease of the next, nor speak for it', async () => {
    const { store, other } = opened();
    const key = fresh();
    const late = await leaseOne(store, key);
    await other.invalidate({ keys: [key], marks: [] }, 'test');
    const heir = await leaseOne(other, key);
    await store.release([key], late.token, bytes('late failure'));
    const asking = await leaseOne(store, key, { seen: late.token });
    expect(asking).toMatchObject({ holder: heir.token });
    expect(asking.failure).toBeUndefined();
    expect(await fillOne(other, key, 'true', heir.token)).toBe(true);
  });
}

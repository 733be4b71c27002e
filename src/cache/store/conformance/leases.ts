import { expect, test } from 'vitest';
import type { CacheStore } from '../store.js';
import {
  bytes,
  ended,
  entry,
  eventually,
  fillOne,
  fresh,
  leaseAll,
  leaseOne,
  type Opened,
  readText,
  SHORT_MS,
  textOf,
} from './fixture.js';

export function leaseTests(opened: Opened): void {
  test('gives the right to fill to the first who asks, and tells the others who holds it', async () => {
    const { store, other } = opened();
    const key = fresh();
    const first = await leaseOne(store, key);
    expect(first).toMatchObject({ granted: true, value: undefined });
    for (const asking of [store, other]) {
      expect((await leaseOne(asking, key)).holder).toBe(first.token);
    }
  });

  test('stores what the holder fills, and ends the lease', async () => {
    const { store, other } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    expect(await fillOne(store, key, 'filled', token)).toBe(true);
    expect(await readText(other, key)).toBe('filled');
    const next = await leaseOne(other, key);
    expect(next.granted).toBe(true);
    expect(textOf(next.value)).toBe('filled');
  });

  test('forgets what was filled when its time is over', async () => {
    const { store, other } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    expect(await store.fill([entry(key, 'brief', SHORT_MS)], token)).toEqual([true]);
    await eventually('the value expires', async () => (await readText(other, key)) === undefined);
    expect((await leaseOne(other, key)).value).toBeUndefined();
  });

  test('tells what is stored to those whom it refuses, too', async () => {
    const { store, other } = opened();
    const key = fresh();
    await store.write([entry(key, 'stored')], 'test');
    await leaseOne(store, key);
    const refused = await leaseOne(other, key);
    expect(refused.granted).toBe(false);
    expect(textOf(refused.value)).toBe('stored');
  });

  test('keeps what is stored while someone fills it anew', async () => {
    const { store, other } = opened();
    const key = fresh();
    await store.write([entry(key, 'old')], 'test');
    const { token } = await leaseOne(store, key);
    expect(await readText(other, key)).toBe('old');
    expect(await fillOne(store, key, 'new', token)).toBe(true);
    expect(await readText(other, key)).toBe('new');
  });

  test('answers for each of several keys, in their order', async () => {
    const { store, other } = opened();
    const [a, b, c] = [fresh(), fresh(), fresh()];
    const first = await leaseOne(other, b);
    const { token, states } = await leaseAll(store, [{ key: c }, { key: b }, { key: a }]);
    expect(states.map(({ holder }) => holder)).toEqual([token, first.token, token]);
    const fills = [a, b, c].map((key) => entry(key, 'mine'));
    expect(await store.fill(fills, token)).toEqual([true, false, true]);
    expect((await other.read([a, b, c], [])).values.map(textOf)).toEqual(['mine', undefined, 'mine']);
  });

  test('takes a holder that does not renew for dead when its time is over', async () => {
    const { store, other } = opened();
    const key = fresh();
    const dead = await leaseOne(store, key, { ttlMs: SHORT_MS });
    await eventually('the lease ends', async () => (await leaseOne(other, key)).granted);
    expect(await fillOne(store, key, 'late', dead.token)).toBe(false);
  });

  test('keeps the lease of a holder that renews', async () => {
    const { store, other } = opened();
    const [a, b] = [fresh(), fresh()];
    const { token } = await leaseAll(store, [{ key: a }, { key: b }], { ttlMs: 500 });
    await store.renew([a, b, fresh('not held')], token, 60_000);
    await ended(store, 500);
    expect((await leaseOne(other, a)).holder).toBe(token);
    expect(await fillOne(store, b, 'in time', token)).toBe(true);
  });

  test('does not bring back a lease that is gone, nor extends that of another', async () => {
    const { store, other } = opened();
    const [released, ...taken] = [fresh(), fresh()];
    const { token } = await leaseAll(store, [{ key: released }, { key: taken[0] ?? '' }], { ttlMs: 2 });
    await ended(store, 2);
    const heir = await leaseOne(other, taken[0] ?? '', { ttlMs: SHORT_MS });
    await store.renew([released, ...taken], token, 60_000);
    expect((await leaseOne(other, released)).granted).toBe(true);
    expect(heir.granted).toBe(true);
    await eventually('the heir ends', async () => (await leaseOne(store, taken[0] ?? '')).granted);
  });
}

export function releaseTests(opened: Opened): void {
  test('gives the key free without a value', async () => {
    const { store, other } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    await store.release([key], token);
    expect(await readText(other, key)).toBeUndefined();
    const next = await leaseOne(other, key, { seen: token });
    expect(next.granted).toBe(true);
    expect(next.failure).toBeUndefined();
  });

  test('leaves what was stored before', async () => {
    const { store, other } = opened();
    const key = fresh();
    await store.write([entry(key, 'stored')], 'test');
    const { token } = await leaseOne(store, key);
    await store.release([key], token, bytes('broken'));
    expect(await readText(other, key)).toBe('stored');
  });

  test('tells a failure to those who saw the holder, and refuses them', async () => {
    const { store, other } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    const failure = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await store.release([key], token, failure);
    for (const asking of [store, other]) {
      const refused = await leaseOne(asking, key, { seen: token });
      expect(refused).toMatchObject({ granted: false, holder: undefined });
      expect(Buffer.compare(refused.failure ?? bytes(''), failure)).toBe(0);
    }
    // They were refused indeed: none of them holds the key.
    expect((await leaseOne(other, key)).granted).toBe(true);
  });

  test('lets those try who did not see the one that failed', async () => {
    const { store, other } = opened();
    const [a, b] = [fresh(), fresh()];
    const { token } = await leaseAll(store, [{ key: a }, { key: b }]);
    await store.release([a, b], token, bytes('broken'));
    expect((await leaseOne(other, a)).granted).toBe(true);
    expect((await leaseOne(other, b, { seen: fresh('another holder') })).granted).toBe(true);
  });

  test('keeps a failure of no bytes', async () => {
    const { store, other } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    await store.release([key], token, new Uint8Array(0));
    const refused = await leaseOne(other, key, { seen: token });
    expect(refused.holder).toBeUndefined();
    expect(refused.failure).toHaveLength(0);
  });

  test('ends no lease but those of the token, and keeps no failure for others', async () => {
    const { store, other } = opened();
    const key = fresh();
    const { token } = await leaseOne(store, key);
    const stranger = fresh('stranger');
    await other.release([key], stranger, bytes('not mine'));
    expect(await leaseOne(other, key, { seen: stranger })).toMatchObject({ holder: token });
    expect(await fillOne(store, key, 'filled', token)).toBe(true);
  });
}

/** Waits for seconds; so it begins before the other tests, and is asked for after them. */
export async function failedKey(store: CacheStore): Promise<{ readonly key: string; readonly seen: string }> {
  const key = fresh('failed');
  const { token } = await leaseOne(store, key);
  await store.release([key], token, bytes('broken'));
  return { key, seen: token };
}

export function failureTests(opened: Opened, failed: () => Awaited<ReturnType<typeof failedKey>>): void {
  test('forgets a failure after a few seconds', async () => {
    const { key, seen } = failed();
    await eventually('the failure is forgotten', async () => {
      return (await leaseOne(opened().other, key, { seen })).granted;
    });
  });
}

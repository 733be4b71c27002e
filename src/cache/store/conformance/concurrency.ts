import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { entry, fillOne, fresh, LONG_MS, leaseAll, leaseOne, type Opened, readText } from './fixture.js';

const ROUNDS = 40;

export function concurrencyTests(opened: Opened): void {
  /** One of the two stores: even numbers are one process, odd ones another. */
  const storeAt = (at: number) => (at % 2 ? opened().other : opened().store);

  test('grants one of a hundred leases that are asked for at once', async () => {
    const key = fresh();
    const all = await Promise.all(Array.from({ length: 100 }, (_, at) => leaseOne(storeAt(at), key)));
    const granted = all.filter((lease) => lease.granted);
    expect(granted).toHaveLength(1);
    expect(new Set(all.map(({ holder }) => holder))).toEqual(new Set([granted[0]?.token]));
  });

  test('grants each of several keys once to those who ask for all of them at once', async () => {
    const keys = Array.from({ length: 20 }, () => fresh());
    const asking = Array.from({ length: 20 }, (_, at) =>
      leaseAll(
        storeAt(at),
        (at % 4 < 2 ? keys : keys.toReversed()).map((key) => ({ key })),
      ),
    );
    const granted = (await Promise.all(asking)).map(
      ({ token, states }) => states.filter(({ holder }) => holder === token).length,
    );
    expect(granted.reduce((sum, count) => sum + count)).toBe(keys.length);
  });

  test('makes one token of a mark that many make at once', async () => {
    for (let round = 0; round < 5; round++) {
      const mark = fresh('mark');
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, at) => leaseAll(storeAt(at), [{ key: fresh() }], { marks: [mark] })),
      );
      expect(new Set(all.map(({ marks }) => marks[0])).size).toBe(1);
    }
  });

  test('never keeps what was filled under a lease from before an invalidation, however close', async () => {
    const left = await Promise.all(
      Array.from({ length: ROUNDS }, async (_, at) => {
        const key = fresh();
        const { token } = await leaseOne(storeAt(at), key);
        const fill = () => fillOne(storeAt(at), key, 'stale', token);
        const invalidate = () => storeAt(at + 1).invalidate({ keys: [key], marks: [] }, 'test');
        await Promise.all(at % 3 ? [fill(), invalidate()] : [invalidate(), fill()]);
        return readText(storeAt(at), key);
      }),
    );
    expect(left.filter((text) => text !== undefined)).toEqual([]);
  });

  test('never keeps what was filled under a lease from before a write, however close', async () => {
    const left = await Promise.all(
      Array.from({ length: ROUNDS }, async (_, at) => {
        const key = fresh();
        const { token } = await leaseOne(storeAt(at), key);
        const fill = () => fillOne(storeAt(at), key, 'stale', token);
        const write = () => storeAt(at + 1).write([entry(key, 'written')], 'test');
        await Promise.all(at % 3 ? [fill(), write()] : [write(), fill()]);
        return readText(storeAt(at), key);
      }),
    );
    expect(left).toEqual(left.map(() => 'written'));
  });

  test('fills once when the holder and its heir fill at once', async () => {
    for (let at = 0; at < 10; at++) {
      const key = fresh();
      const late = await leaseOne(storeAt(at), key);
      await storeAt(at).invalidate({ keys: [key], marks: [] }, 'test');
      const heir = await leaseOne(storeAt(at + 1), key);
      const filled = await Promise.all([
        fillOne(storeAt(at), key, 'late', late.token),
        fillOne(storeAt(at + 1), key, 'heir', heir.token),
      ]);
      expect(filled).toEqual([false, true]);
      expect(await readText(storeAt(at), key)).toBe('heir');
    }
  });

  test('never leaves the token of a mark as it was before an invalidation that has ended', async () => {
    const mark = fresh('mark');
    await leaseAll(storeAt(0), [], { marks: [mark] });
    const renewing = Array.from({ length: ROUNDS }, async (_, at) => {
      const before = (await storeAt(at).read([], [mark])).marks[0];
      await storeAt(at + 1).invalidate({ keys: [], marks: [mark] }, 'test');
      const { marks } = await leaseAll(storeAt(at), [{ key: fresh() }], { marks: [mark] });
      return before === marks[0];
    });
    expect((await Promise.all(renewing)).filter(Boolean)).toEqual([]);
  });

  test('stands callers that touch the same names in all orders', async () => {
    const keys = Array.from({ length: 100 }, (_, at) => fresh(`crossed ${at}`));
    const marks = Array.from({ length: 6 }, (_, at) => fresh(`crossed ${at}`));
    const crossing = Array.from({ length: 90 }, async (_, at) => {
      const store = storeAt(at);
      const names = at % 4 < 2 ? keys : keys.toReversed();
      const invalidation = { keys: names, marks: at % 3 ? marks : marks.toReversed() };
      const entries = names.map((key) => entry(key, `value ${at}`));
      const token = randomUUID();
      if (at % 5 === 0) return store.invalidate(invalidation, 'test');
      if (at % 5 === 1) return store.write(entries, 'test');
      const leased = { keys: names.map((key) => ({ key })), marks: invalidation.marks };
      await store.lease({ ...leased, token, ttlMs: LONG_MS });
      if (at % 5 === 2) return store.release(names, token);
      return void (await store.fill(entries, token));
    });
    const outcomes = await Promise.allSettled(crossing);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  });
}

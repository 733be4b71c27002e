import { expect, test } from 'vitest';
import { entry, fresh, leaseAll, type Opened, readText } from './fixture.js';

export function markTests(opened: Opened): void {
  test('makes marks when they are leased with, and tells every store the same tokens', async () => {
    const { store, other } = opened();
    const [a, b] = [fresh('a'), fresh('b')];
    const { marks } = await leaseAll(store, [{ key: fresh() }], { marks: [a, b] });
    expect(new Set(marks).size).toBe(2);
    expect((await leaseAll(other, [{ key: fresh() }], { marks: [b, a] })).marks).toEqual(marks.toReversed());
    expect((await other.read([], [b, fresh('none'), a])).marks).toEqual([marks[1], undefined, marks[0]]);
  });

  test('makes them where the lease is refused, and where no key is asked for', async () => {
    const { store, other } = opened();
    const [key, a, b] = [fresh(), fresh('a'), fresh('b')];
    await leaseAll(store, [{ key }]);
    const refused = await leaseAll(other, [{ key }], { marks: [a] });
    const keyless = await leaseAll(other, [], { marks: [b] });
    expect((await store.read([], [a, b])).marks).toEqual([refused.marks[0], keyless.marks[0]]);
    expect(refused.marks[0]).toEqual(expect.any(String));
  });

  test('makes no mark by reading', async () => {
    const { store, other } = opened();
    const mark = fresh('mark');
    for (const reader of [store, other, store]) {
      expect((await reader.read([], [mark])).marks).toEqual([undefined]);
    }
  });

  test('gives a mark another token with each invalidation, and leaves the others', async () => {
    const { store, other } = opened();
    const [renewed, kept] = [fresh('renewed'), fresh('kept')];
    const { marks } = await leaseAll(store, [], { marks: [renewed, kept] });
    const seen = new Set(marks);
    for (const invalidating of [store, other]) {
      await invalidating.invalidate({ keys: [], marks: [renewed, renewed] }, 'test');
      const now = (await store.read([], [renewed, kept])).marks;
      expect(now[1]).toBe(marks[1]);
      expect(now[0]).toEqual(expect.any(String));
      expect(seen).not.toContain(now[0]);
      seen.add(now[0] ?? '');
      expect((await leaseAll(other, [], { marks: [renewed] })).marks).toEqual([now[0]]);
    }
  });

  test('makes nothing by renewing a mark that does not exist', async () => {
    const { store, other } = opened();
    const mark = fresh('mark');
    await store.invalidate({ keys: [], marks: [mark] }, 'test');
    expect((await other.read([], [mark])).marks).toEqual([undefined]);
  });

  test('renews marks and removes keys in one invalidation', async () => {
    const { store, other } = opened();
    const [key, mark] = [fresh(), fresh('mark')];
    const { marks } = await leaseAll(store, [], { marks: [mark] });
    await store.write([entry(key, 'value')], 'test');
    await other.invalidate({ keys: [key], marks: [mark] }, 'test');
    expect(await readText(store, key)).toBeUndefined();
    expect((await store.read([], [mark])).marks[0]).not.toBe(marks[0]);
  });

  test('leaves marks alone when their names are written or invalidated as keys', async () => {
    const { store } = opened();
    const name = fresh('both');
    const { marks } = await leaseAll(store, [], { marks: [name] });
    await store.write([entry(name, 'value')], 'test');
    expect((await store.read([name], [name])).marks).toEqual(marks);
    await store.invalidate({ keys: [], marks: [name] }, 'test');
    expect(await readText(store, name)).toBe('value');
    const renewed = (await store.read([], [name])).marks;
    await store.invalidate({ keys: [name], marks: [] }, 'test');
    expect((await store.read([name], [name])).marks).toEqual(renewed);
  });
}

import { expect, test } from 'vitest';
import type { Filter } from '../../filters/index.js';
import { idsIn, type Opened, record, recordsWith, space, X_AXIS } from './fixture.js';

export function removingTests(opened: () => Opened): void {
  test('deletes by id and tells how many there were', async () => {
    const { store, other, tenant } = opened();
    const context = tenant();
    await store.upsert(
      context,
      space(),
      ['a', 'b', 'c'].map((id) => record(id)),
    );
    expect(await store.delete(context, space(), { ids: ['a', 'c', 'missing', 'a'] })).toBe(2);
    expect(await store.delete(context, space(), { ids: ['a'] })).toBe(0);
    expect(await store.delete(context, space(), { ids: [] })).toBe(0);
    expect(await idsIn(other, context, space())).toEqual(['b']);
  });

  test('deletes by document', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    const records = Array.from({ length: 12 }, (_, at) => record(`r${at}`, { documentId: `d${at % 4}` }));
    await store.upsert(context, space(), [...records, record('none')]);
    expect(await store.delete(context, space(), { documentIds: ['d1', 'd3', 'missing'] })).toBe(6);
    expect((await idsIn(store, context, space())).length).toBe(7);
    expect(await store.delete(context, space(), { documentIds: [] })).toBe(0);
  });

  test('deletes all of a space, and takes new records after it', async () => {
    const { store, other, tenant } = opened();
    const [context, second] = [tenant(), space({ name: 'second' })];
    await store.upsert(
      context,
      space(),
      ['a', 'b'].map((id) => record(id, { metadata: { old: true } })),
    );
    await store.upsert(context, second, [record('kept')]);
    expect(await other.count(context, space())).toBe(2);
    expect(await store.delete(context, space(), 'all')).toBe(2);
    expect(await store.delete(context, space(), 'all')).toBe(0);
    expect(await other.count(context, space())).toBe(0);
    expect((await other.query(context, space(), X_AXIS, { topK: 5 })).hits).toEqual([]);
    await other.upsert(context, space(), [record('new')]);
    expect(await idsIn(store, context, space())).toEqual(['new']);
    expect(await store.count(context, space(), { old: true })).toBe(0);
    expect(await idsIn(store, context, second)).toEqual(['kept']);
  });

  test('deletes everything of a tenant', async () => {
    const { store, other, tenant } = opened();
    const [gone, kept] = [tenant(), tenant()];
    for (const context of [gone, kept]) {
      await store.upsert(context, space(), [record('a')]);
      await store.upsert(context, space({ name: 'second', metric: 'l2' }), [record('b')]);
    }
    expect(await other.count(gone, space())).toBe(1);
    await store.deleteTenant(gone);
    await store.deleteTenant(gone);
    expect(await store.spaces(gone)).toEqual([]);
    expect(await other.count(gone, space())).toBe(0);
    expect(await idsIn(other, kept, space())).toEqual(['a']);
    await other.upsert(gone, space(), [record('again')]);
    expect(await idsIn(store, gone, space())).toEqual(['again']);
  });

  test('counts, with a filter and without', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    expect(await store.count(context, space())).toBe(0);
    expect(await store.count(context, space(), { a: 1 } satisfies Filter)).toBe(0);
    await store.upsert(context, space(), recordsWith([{ a: 1 }, { a: 2 }, {}]));
    expect(await store.count(context, space())).toBe(3);
    expect(await store.count(context, space(), { a: { gte: 1 } })).toBe(2);
  });

  test('tells of a space how much it holds', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    expect((await store.stats(context, space())).vectors).toBe(0);
    await store.upsert(context, space(), recordsWith([{}, {}, {}]));
    const stats = await store.stats(context, space());
    expect(stats.vectors).toBe(3);
    expect(['exact', 'building', 'ready']).toContain(stats.index);
  });

  test('knows the spaces of a tenant', async () => {
    const { store, other, tenant } = opened();
    const context = tenant();
    expect(await store.spaces(context)).toEqual([]);
    const given = [
      space(),
      space({ name: 'b', metric: 'l2' }),
      space({ model: 'test:other', dimensions: 2, metric: 'inner' }),
    ];
    for (const one of given)
      await store.upsert(context, one, [record('a', { at: [1, 0, 0, 0].slice(0, one.dimensions) })]);
    const found = await other.spaces(context);
    expect(found.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort()).toEqual(
      given.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort(),
    );
  });
}

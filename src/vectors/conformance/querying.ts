import { expect, test } from 'vitest';
import { distanceOf, scoreOf } from '../records/index.js';
import type { Metric } from '../store.js';
import { AXES, dice, type Opened, randomVector, record, recordsWith, space, X_AXIS } from './fixture.js';
import { MemoryVectorStore } from './memory-store.js';

const METRICS: readonly Metric[] = ['cosine', 'l2', 'inner'];

export function queryingTests(opened: () => Opened): void {
  test.each(METRICS)('finds the nearest by %s, with distances and scores', async (metric) => {
    const { store, tenant, precision } = opened();
    const [context, of] = [tenant(), space({ metric, name: metric, dimensions: 8 })];
    const next = dice(7);
    const records = Array.from({ length: 300 }, (_, at) =>
      record(`r${at}`, { embedding: randomVector(8, next) }),
    );
    const oracle = new MemoryVectorStore();
    await Promise.all([store.upsert(context, of, records), oracle.upsert(context, of, records)]);
    for (let round = 0; round < 5; round++) {
      const target = randomVector(8, next);
      const { hits, short } = await store.query(context, of, target, { topK: 10, recall: 1 });
      const expected = await oracle.query(context, of, target, { topK: 10 });
      expect(short).toBeUndefined();
      expect(hits).toHaveLength(10);
      for (const [at, { id, distance, score }] of hits.entries()) {
        const own = distanceOf(metric)(target, records[Number(id.slice(1))]?.embedding ?? []);
        const slack = 1e-5 + precision * 8;
        expect(Math.abs(distance - own)).toBeLessThan(slack);
        expect(score).toBeCloseTo(scoreOf(metric, distance), 6);
        expect(Math.abs(distance - (expected.hits[at]?.distance ?? Number.NaN))).toBeLessThan(slack);
      }
    }
  });

  test('gives higher scores to nearer ones, 1 to the same direction', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    await store.upsert(
      context,
      space(),
      AXES.map((at, index) => record(`axis ${index}`, { at })),
    );
    const { hits } = await store.query(context, space(), Float32Array.from([1, 0.5, 0.25, 0]), { topK: 4 });
    expect(hits.map(({ id }) => id)).toEqual(['axis 0', 'axis 1', 'axis 2', 'axis 3']);
    const same = await store.query(context, space(), X_AXIS, { topK: 1 });
    expect(same.hits[0]?.score).toBeCloseTo(1, 5);
    expect(same.hits[0]?.distance).toBeCloseTo(0, 5);
  });

  test('orders equals by id, also where the limit cuts among them', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    const ids = Array.from({ length: 120 }, (_, at) => `r${String((at * 37) % 120).padStart(3, '0')}`);
    await store.upsert(context, space(), [
      ...ids.map((id) => record(id)),
      record('far', { at: [0, 1, 0, 0] }),
    ]);
    const { hits } = await store.query(context, space(), X_AXIS, { topK: 30 });
    expect(hits.map(({ id }) => id)).toEqual(ids.toSorted().slice(0, 30));
  });

  test('says why it gives fewer than were asked for', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    expect(await store.query(context, space(), X_AXIS, { topK: 3 })).toEqual({
      hits: [],
      short: 'few-vectors',
    });
    await store.upsert(context, space(), recordsWith([{ a: 1 }, { a: 1 }, { a: 2 }, { a: 2 }, { a: 2 }]));
    const all = await store.query(context, space(), X_AXIS, { topK: 1000 });
    expect([all.hits.length, all.short]).toEqual([5, 'few-vectors']);
    const some = await store.query(context, space(), X_AXIS, { topK: 3, filter: { a: 1 } });
    expect([some.hits.map(({ id }) => id), some.short]).toEqual([['0000', '0001'], 'few-matches']);
    const enough = await store.query(context, space(), X_AXIS, { topK: 3, filter: { a: 2 } });
    expect([enough.hits.length, enough.short]).toEqual([3, undefined]);
  });

  test('gives what is stored with each hit, vectors where they are wanted', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    const given = { documentId: 'd', text: 'text', metadata: { a: ['b'] } };
    await store.upsert(context, space(), [record('r', given)]);
    const plain = await store.query(context, space(), X_AXIS, { topK: 1 });
    expect(plain.hits).toEqual([expect.objectContaining({ id: 'r', ...given })]);
    expect(plain.hits[0]).not.toHaveProperty('embedding');
    const full = await store.query(context, space(), X_AXIS, { topK: 1, withEmbeddings: true });
    expect(full.hits[0]?.embedding).toEqual(X_AXIS);
  });

  test('loses none of few matches among many near ones', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    const metadatas = Array.from({ length: 1500 }, (_, at) => ({
      rare: at % 150 === 149,
      name: `name ${at}`,
    }));
    await store.upsert(context, space(), recordsWith(metadatas));
    const rare = Array.from({ length: 10 }, (_, at) => String(at * 150 + 149).padStart(4, '0'));
    for (const filter of [{ rare: true }, { name: { contains: '9' }, rare: { ne: false } }]) {
      const { hits, short } = await store.query(context, space(), X_AXIS, { topK: 20, filter });
      expect(hits.map(({ id }) => id)).toEqual(rare);
      expect(short).toBe('few-matches');
    }
  });

  test('refuses a vector of another length, and what is no query', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    await store.upsert(context, space(), [record('a')]);
    const short = Float32Array.from([1, 0]);
    await expect(store.query(context, space(), short, { topK: 1 })).rejects.toMatchObject({
      code: 'AQF_VECTOR_DIMENSIONS',
    });
    await expect(store.query(context, space({ dimensions: 2 }), short, { topK: 1 })).rejects.toMatchObject({
      code: 'AQF_VECTOR_DIMENSIONS',
    });
    for (const topK of [0, -1, 1.5, 1001, Number.NaN]) {
      await expect(store.query(context, space(), X_AXIS, { topK })).rejects.toMatchObject({
        code: 'AQF_ARGUMENT_INVALID',
      });
    }
  });

  test('gets records in the order of ids, without those that do not exist', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    await store.upsert(
      context,
      space(),
      ['a', 'b', 'c'].map((id) => record(id)),
    );
    const found = await store.get(context, space(), ['c', 'missing', 'a']);
    expect(found.map(({ id }) => id)).toEqual(['c', 'a']);
    expect(await store.get(context, space(), [])).toEqual([]);
  });
}

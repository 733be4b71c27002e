import { expect, test } from 'vitest';
import type { VectorRecord } from '../store.js';
import { AXES, DIMENSIONS, idsIn, type Opened, record, scanned, space } from './fixture.js';

export function writingTests(opened: () => Opened): void {
  test('keeps records as they are given', async () => {
    const { store, other, tenant, precision } = opened();
    const context = tenant();
    const given = record('a', {
      documentId: 'document',
      text: 'Grüße, "Welt" \\ 日本 🦊\n',
      metadata: {
        year: 2025,
        share: -0.25,
        open: true,
        none: null,
        tags: ['x', 'y'],
        empty: [],
        'odd key $ .': '',
      },
      at: [0.123456789, -1e-3, 42, 0],
    });
    expect(await store.upsert(context, space(), [given])).toBe(1);
    const [kept] = await other.get(context, space(), ['a']);
    expect({ ...kept, embedding: [] }).toEqual({ ...given, embedding: [] });
    for (const [at, value] of given.embedding.entries()) {
      expect(Math.abs((kept?.embedding[at] ?? Number.NaN) - value)).toBeLessThanOrEqual(
        Math.abs(value) * precision,
      );
    }
  });

  test('replaces a record of the same id as a whole', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    await store.upsert(context, space(), [
      record('a', {
        documentId: 'old',
        text: 'old',
        metadata: { old: 1, both: 'old', tags: ['old'] },
        at: [1, 0, 0, 0],
      }),
      record('b', { text: 'kept' }),
    ]);
    await store.upsert(context, space(), [record('a', { metadata: { both: 2 }, at: [0, 1, 0, 0] })]);
    const [replaced] = await store.get(context, space(), ['a']);
    expect(replaced).toEqual(record('a', { metadata: { both: 2 }, at: [0, 1, 0, 0] }));
    expect(await store.count(context, space())).toBe(2);
    for (const filter of [
      { old: 1 },
      { both: 'old' },
      { tags: 'old' },
      { old: { exists: true } },
      { old: { gte: 0 } },
    ]) {
      expect(await store.count(context, space(), filter)).toBe(0);
    }
    expect(await store.count(context, space(), { both: { gt: 1 } })).toBe(1);
    expect(await store.delete(context, space(), { documentIds: ['old'] })).toBe(0);
  });

  test('keeps the last of records with one id in one call', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    await store.upsert(context, space(), [record('a', { text: 'first' }), record('a', { text: 'last' })]);
    expect(await scanned(store, context, space())).toMatchObject([{ id: 'a', text: 'last' }]);
  });

  test('takes nothing as nothing', async () => {
    const { store, tenant } = opened();
    expect(await store.upsert(tenant(), space(), [])).toBe(0);
  });

  test('tells how far a stream is written', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    const amount = 1500;
    async function* stream(): AsyncGenerator<VectorRecord> {
      for (let at = 0; at < amount; at++) yield record(`r${at}`, { documentId: `d${Math.floor(at / 10)}` });
    }
    const steps: number[] = [];
    const onProgress = (written: number) => void steps.push(written);
    expect(await store.upsert(context, space(), stream(), { onProgress })).toBe(amount);
    expect(await store.count(context, space())).toBe(amount);
    expect(steps.at(-1)).toBe(amount);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  test('leaves whole documents behind when a stream fails in the middle', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    async function* failing(): AsyncGenerator<VectorRecord> {
      for (let at = 0; at < 30; at++) yield record(`r${at}`, { documentId: `d${Math.floor(at / 10)}` });
      yield record('r30', { documentId: 'd3' });
      throw new Error('the source broke');
    }
    await expect(store.upsert(context, space(), failing())).rejects.toThrow('the source broke');
    const byDocument = new Map<string | null, number>();
    for (const { documentId } of await scanned(store, context, space())) {
      byDocument.set(documentId, (byDocument.get(documentId) ?? 0) + 1);
    }
    expect(byDocument.get('d3')).toBeUndefined();
    expect([...byDocument.values()].filter((count) => count !== 10)).toEqual([]);
  });

  test('refuses a vector of another length, and with it its document', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    const mixed = [
      record('a', { documentId: 'good' }),
      record('b', { documentId: 'bad' }),
      record('c', { documentId: 'bad', at: [1, 0, 0] }),
      record('d', { documentId: 'bad' }),
    ];
    await expect(store.upsert(context, space(), mixed)).rejects.toMatchObject({
      code: 'AQF_VECTOR_DIMENSIONS',
    });
    expect((await store.get(context, space(), ['b', 'c', 'd'])).length).toBe(0);
  });

  test('refuses another length or another metric for a space that has one', async () => {
    const { store, other, tenant } = opened();
    const context = tenant();
    await store.upsert(context, space(), [record('a')]);
    const longer = space({ dimensions: 5 });
    for (const given of [store, other]) {
      await expect(
        given.upsert(context, longer, [record('b', { at: [1, 0, 0, 0, 0] })]),
      ).rejects.toMatchObject({ code: 'AQF_VECTOR_DIMENSIONS' });
      await expect(given.upsert(context, space({ metric: 'l2' }), [record('b')])).rejects.toMatchObject({
        code: expect.stringMatching(/^AQF_(VECTOR_DIMENSIONS|ARGUMENT_INVALID)$/),
      });
    }
    expect(await idsIn(store, context, space())).toEqual(['a']);
  });

  test.each([
    ['without an id', { id: '' }],
    ['with too long an id', { id: 'ü'.repeat(300) }],
    ['with a NUL in its id', { id: 'a\0b' }],
    ['with half a character in its id', { id: 'a\ud800' }],
    ['with an id that is no text', { id: 7 }],
    ['with a vector that is none', { embedding: [1, 0, 0, 0] }],
    [
      'with something other than a number in its vector',
      { embedding: Float32Array.from([1, Number.NaN, 0, 0]) },
    ],
    ['with infinity in its vector', { embedding: Float32Array.from([1, Number.POSITIVE_INFINITY, 0, 0]) }],
    ['with metadata that is none', { metadata: 'a' }],
    ['with an object in its metadata', { metadata: { a: { b: 1 } } }],
    ['with no number in its metadata', { metadata: { a: Number.NaN } }],
    ['with a list of other than texts', { metadata: { a: [1] } }],
  ])('refuses a record %s', async (_, changes) => {
    const { store, tenant } = opened();
    const context = tenant();
    const bad = { ...record('bad'), ...changes } as unknown as VectorRecord;
    await expect(store.upsert(context, space(), [bad])).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
    expect(await store.count(context, space())).toBe(0);
  });

  test('reads a stream no faster than it writes, and ends when it is told to', async () => {
    const { store, tenant } = opened();
    const controller = new AbortController();
    let read = 0;
    async function* endless(): AsyncGenerator<VectorRecord> {
      for (; read < 1_000_000; read++) yield record(`r${read % 500}`, { at: AXES[read % DIMENSIONS] ?? [] });
    }
    const upsert = store.upsert(tenant(), space(), endless(), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(upsert).rejects.toThrow();
    expect(read).toBeLessThan(100_000);
  });

  test('stands writers of the same records at once', async () => {
    const { store, other, tenant } = opened();
    const context = tenant();
    const writes = Array.from({ length: 8 }, (_, at) => {
      const records = Array.from({ length: 40 }, (_, id) =>
        record(`r${id}`, { text: `writer ${at}`, metadata: { at } }),
      );
      return (at % 2 ? store : other).upsert(context, space(), at % 4 < 2 ? records : records.toReversed());
    });
    await Promise.all(writes);
    const records = await scanned(store, context, space());
    expect(records).toHaveLength(40);
    expect(records.filter(({ text, metadata }) => text !== `writer ${metadata.at}`)).toEqual([]);
  });
}

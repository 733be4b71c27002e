import { expect, test } from 'vitest';
import { compareCodePoints } from '../records/index.js';
import { idsIn, type Opened, record, scanned, space } from './fixture.js';

const IDS = [
  'B',
  'a',
  'Z',
  '\ufb01',
  '🦊',
  'é',
  'e\u0301',
  '10',
  '9',
  "'",
  '"',
  '%',
  '日本',
  'a b',
  'a-b',
  'a_b',
  'ab',
  'ÿ',
  '\ue000',
];

export function scanningTests(opened: () => Opened): void {
  test('gives all records in the order of their ids’ code points', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    await store.upsert(
      context,
      space(),
      IDS.map((id) => record(id, { text: `of ${id}`, metadata: { id } })),
    );
    const records = await scanned(store, context, space(), { batch: 4 });
    expect(records.map(({ id }) => id)).toEqual(IDS.toSorted(compareCodePoints));
    expect(records.filter(({ id, text, metadata }) => text !== `of ${id}` || metadata.id !== id)).toEqual([]);
    expect(records.every(({ embedding }) => embedding instanceof Float32Array && embedding[0] === 1)).toBe(
      true,
    );
  });

  test('goes on after any id, whether or not it exists', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    await store.upsert(
      context,
      space(),
      IDS.map((id) => record(id)),
    );
    const ordered = IDS.toSorted(compareCodePoints);
    for (const after of [...IDS.slice(0, 8), '', 'a a', '\u{10ffff}']) {
      const expected = ordered.filter((id) => compareCodePoints(id, after) > 0);
      const records = await scanned(store, context, space(), { after, batch: 3 });
      expect(records.map(({ id }) => id)).toEqual(expected);
    }
  });

  test('gives batches of the size that was asked for, none of them empty', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    await store.upsert(
      context,
      space(),
      Array.from({ length: 25 }, (_, at) => record(`r${at}`)),
    );
    const sizes: number[] = [];
    for await (const batch of store.scan(context, space(), { batch: 10 })) sizes.push(batch.length);
    expect(sizes).toEqual([10, 10, 5]);
    for await (const batch of store.scan(context, space({ name: 'none' }))) expect(batch).toBe('no batch');
  });

  test('gives what is there all the time once, whatever is written meanwhile', async () => {
    const { store, other, tenant } = opened();
    const context = tenant();
    const lasting = Array.from({ length: 60 }, (_, at) => record(`m${String(at).padStart(2, '0')}`));
    const passing = Array.from({ length: 20 }, (_, at) => record(`p${String(at).padStart(2, '0')}`));
    await store.upsert(context, space(), [...lasting, ...passing]);
    const seen: string[] = [];
    let round = 0;
    for await (const batch of store.scan(context, space(), { batch: 10 })) {
      seen.push(...batch.map(({ id }) => id));
      await other.upsert(context, space(), [
        record(`a${round}`),
        record(`z${round}`),
        ...lasting.slice(0, 5),
      ]);
      if (round === 1) await other.delete(context, space(), { ids: passing.map(({ id }) => id) });
      round += 1;
    }
    expect(seen.filter((id) => id.startsWith('m'))).toEqual(lasting.map(({ id }) => id));
    expect(seen).toEqual([...new Set(seen)].toSorted(compareCodePoints));
    expect((await idsIn(store, context, space())).filter((id) => id.startsWith('p'))).toEqual([]);
  });
}

import { expect, test } from 'vitest';
import { entry, eventually, fresh, LONG_MS, type Opened, readText, SHORT_MS, textOf } from './fixture.js';

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const ODD = [
  '',
  ' ',
  'a|b',
  '{a}',
  '{}',
  '}{',
  '*?[a]',
  '%',
  'a/b',
  'a\nb',
  'a\r\nb',
  'a\tb',
  'a\0b',
  '\\',
  '"',
  "'; drop --",
  '$1',
  ',',
  'null',
  'NULL',
  'ü € 😀',
  'u\u0308',
  'A',
  'a',
  'long '.repeat(2000),
];

export function valueTests(opened: Opened): void {
  test('has nothing under a key that was never written', async () => {
    const { store } = opened();
    expect(await store.read([fresh()], [fresh()])).toEqual({ values: [undefined], marks: [undefined] });
    expect(await store.read([], [])).toEqual({ values: [], marks: [] });
  });

  test('reads what was written, in the order that was asked for, from every store of the backend', async () => {
    const { store, other } = opened();
    const [a, b, c] = [fresh(), fresh(), fresh()];
    await store.write([entry(a, 'one'), entry(b, 'two')], 'test');
    for (const reader of [store, other]) {
      const { values } = await reader.read([b, c, a, b], []);
      expect(values.map(textOf)).toEqual(['two', undefined, 'one', 'two']);
    }
  });

  test('writes over what was there', async () => {
    const { store, other } = opened();
    const key = fresh();
    await store.write([entry(key, 'old')], 'test');
    await other.write([entry(key, 'new')], 'test');
    expect(await readText(store, key)).toBe('new');
  });

  test('forgets a value when its time is over, and not before', async () => {
    const { store, other } = opened();
    const [brief, lasting] = [fresh(), fresh()];
    await store.write([entry(brief, 'brief', SHORT_MS), entry(lasting, 'lasting')], 'test');
    expect(await readText(store, lasting)).toBe('lasting');
    await eventually('the value expires', async () => (await readText(other, brief)) === undefined);
    expect(await readText(other, lasting)).toBe('lasting');
  });

  test('counts the time of a value anew when it is written again', async () => {
    const { store } = opened();
    const [key, twin] = [fresh(), fresh()];
    await store.write([entry(key, 'brief', SHORT_MS)], 'test');
    await store.write([entry(key, 'lasting')], 'test');
    await store.write([entry(twin, 'brief', SHORT_MS)], 'test');
    await eventually('the twin expires', async () => (await readText(store, twin)) === undefined);
    expect(await readText(store, key)).toBe('lasting');
  });

  test('keeps every byte, none at all, and a megabyte', async () => {
    const { store, other } = opened();
    const values = [EVERY_BYTE, new Uint8Array(0), new Uint8Array(1024 * 1024).map((_, at) => at * 7)];
    const keys = values.map(() => fresh());
    const entries = values.map((value, at) => ({ key: keys[at] ?? '', value, ttlMs: LONG_MS }));
    await store.write(entries, 'test');
    const read = await other.read(keys, []);
    expect(read.values.map((value) => value && Buffer.compare(value, values.shift() ?? value))).toEqual([
      0, 0, 0,
    ]);
  });

  test('keeps a part of a larger buffer as that part', async () => {
    const { store } = opened();
    const key = fresh();
    await store.write([{ key, value: EVERY_BYTE.subarray(97, 100), ttlMs: LONG_MS }], 'test');
    expect(await readText(store, key)).toBe('abc');
  });

  test('tells keys of any characters apart', async () => {
    const { store, other } = opened();
    const prefix = fresh('');
    const keys = ODD.map((odd) => prefix + odd);
    await store.write(
      keys.map((key, at) => entry(key, `value ${at}`)),
      'test',
    );
    const { values } = await other.read(keys, []);
    expect(values.map(textOf)).toEqual(keys.map((_, at) => `value ${at}`));
    for (const key of keys) {
      await store.invalidate({ keys: [key], marks: [] }, 'test');
      expect(await readText(other, key), JSON.stringify(key)).toBeUndefined();
    }
  });

  test('removes what is invalidated, and nothing else', async () => {
    const { store, other } = opened();
    const [gone, kept] = [fresh(), fresh()];
    await store.write([entry(gone, 'gone'), entry(kept, 'kept')], 'test');
    await store.invalidate({ keys: [gone, gone, fresh('never there')], marks: [] }, 'test');
    expect((await other.read([gone, kept], [])).values.map(textOf)).toEqual([undefined, 'kept']);
  });

  test('invalidates nothing at all without harm', async () => {
    await opened().store.invalidate({ keys: [], marks: [] }, 'test');
    await opened().store.write([], 'test');
    expect(await opened().store.fill([], 'nobody')).toEqual([]);
  });
}

export function manyKeysTests(opened: Opened): void {
  test('leases, fills, reads and invalidates a thousand keys at once', async () => {
    const { store, other } = opened();
    const keys = Array.from({ length: 1000 }, (_, at) => fresh(`many ${at}`));
    const token = fresh('token');
    const reply = await store.lease({ keys: keys.map((key) => ({ key })), marks: [], token, ttlMs: LONG_MS });
    expect(reply.keys.filter(({ holder }) => holder === token)).toHaveLength(1000);
    const filled = await store.fill(
      keys.map((key, at) => entry(key, `value ${at}`)),
      token,
    );
    expect(filled).toEqual(keys.map(() => true));
    const { values } = await other.read(keys, []);
    expect(values.map(textOf)).toEqual(keys.map((_, at) => `value ${at}`));
    await other.invalidate({ keys, marks: [] }, 'test');
    expect((await store.read(keys, [])).values.filter((value) => value !== undefined)).toEqual([]);
  });
}

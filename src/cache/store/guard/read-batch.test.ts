import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScriptedStore } from '../../../../test/support/scripted-store.js';
import { StoreGuard } from './index.js';

const text = (values: readonly (Uint8Array | undefined)[]) => values.map((value) => value && String(value));

describe('reads of one turn of the event loop', () => {
  test('are one read, of each name once, and everyone gets their part', async () => {
    const store = new ScriptedStore();
    const guard = new StoreGuard(store);
    const [first, second, third] = await Promise.all([
      guard.read(['a', 'b'], ['m']),
      guard.read(['b', 'c', 'b'], ['n', 'm']),
      guard.read([], ['n']),
    ]);
    expect(store.callsOf('read')).toEqual([
      [
        ['a', 'b', 'c'],
        ['m', 'n'],
      ],
    ]);
    expect(text(first.values)).toEqual(['a', 'b']);
    expect(text(second.values)).toEqual(['b', 'c', 'b']);
    expect(second.marks).toEqual(['token of n', 'token of m']);
    expect(third).toEqual({ values: [], marks: ['token of n'] });
    expect(guard.figures()).toMatchObject({ coalesced: 2, reads: { calls: 1 } });
  });

  test('stay together round after round: 64 callers in loops cost one read a round', async () => {
    const store = new ScriptedStore();
    store.script(
      'read',
      (keys: string[], marks: string[]) =>
        new Promise((resolve) => {
          setImmediate(() => resolve({ values: keys.map((key) => Buffer.from(key)), marks }));
        }),
    );
    const guard = new StoreGuard(store);
    const loop = async (caller: number) => {
      for (let round = 0; round < 20; round++) {
        const { values } = await guard.read([`${caller}`], ['m']);
        expect(String(values[0])).toBe(`${caller}`);
        // Callers do not all take the same number of steps between two reads.
        for (let step = 0; step < caller % 5; step++) await undefined;
      }
    };
    await Promise.all(Array.from({ length: 64 }, (_, caller) => loop(caller)));
    expect(store.callsOf('read')).toHaveLength(20);
    expect(guard.figures().coalesced).toBe(20 * 63);
  });

  test('of a single caller pass what was asked, as it was asked', async () => {
    const store = new ScriptedStore();
    const keys = ['a', 'a'];
    const marks = ['m'];
    await new StoreGuard(store).read(keys, marks);
    expect(store.callsOf('read')[0]?.[0]).toBe(keys);
    expect(store.callsOf('read')[0]?.[1]).toBe(marks);
  });

  test('are several when they name too much, and a caller who names too much gets all', async () => {
    const store = new ScriptedStore();
    const guard = new StoreGuard(store, { maxNames: 10 });
    const keys = Array.from({ length: 25 }, (_, n) => `k${n}`);
    const marks = Array.from({ length: 12 }, (_, n) => `m${n}`);
    const [many, few] = await Promise.all([guard.read(keys, marks), guard.read(['x'], [])]);
    expect(text(many.values)).toEqual(keys);
    expect(many.marks).toEqual(marks.map((mark) => `token of ${mark}`));
    expect(text(few.values)).toEqual(['x']);
    const sizes = store.callsOf('read').map(([k, m]) => (k as string[]).length + (m as string[]).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(38);
  });

  test('fail together, and the next ones do not', async () => {
    const store = new ScriptedStore();
    const guard = new StoreGuard(store);
    store.script('read', () => Promise.reject(new Error('down')));
    const outcomes = await Promise.allSettled([guard.read(['a'], []), guard.read(['b'], [])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(guard.figures().reads).toMatchObject({ calls: 1, failures: 1 });
    store.heal();
    expect(text((await guard.read(['a'], [])).values)).toEqual(['a']);
  });

  test('give everyone their part, whoever asks for what', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', '__proto__', '');
    const read = fc.record({
      keys: fc.array(name, { maxLength: 8 }),
      marks: fc.array(name, { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(read, { maxLength: 10 }),
        fc.integer({ min: 1, max: 20 }),
        async (reads, maxNames) => {
          const guard = new StoreGuard(new ScriptedStore(), { maxNames });
          const replies = await Promise.all(reads.map(({ keys, marks }) => guard.read(keys, marks)));
          for (const [index, { keys, marks }] of reads.entries()) {
            expect(text(replies[index]?.values ?? [])).toEqual(keys);
            expect(replies[index]?.marks).toEqual(marks.map((mark) => `token of ${mark}`));
          }
        },
      ),
    );
  });
});

import { expect, test } from 'vitest';
import { entry, eventually, fillOne, fresh, leaseAll, leaseOne, type Opened } from './fixture.js';
import { append, Listening } from './listening.js';

export function logTests(opened: Opened): void {
  test('tells every store what was invalidated, with its origin', async () => {
    const { store, other } = opened();
    const invalidation = { keys: [fresh('a'), fresh('b\0 "{}" ü 😀')], marks: [fresh('mark'), fresh('ü')] };
    await Listening.during(store, async (own) => {
      await Listening.during(other, async (foreign) => {
        await store.invalidate(invalidation, 'process 1');
        for (const listening of [own, foreign]) {
          await eventually('it is told', () => listening.entries.length > 0);
          expect(listening.entries).toEqual([{ ...invalidation, origin: 'process 1', fed: false }]);
        }
      });
    });
  });

  test('tells what was written', async () => {
    const { store, other } = opened();
    const keys = [fresh('a'), fresh('b')];
    await Listening.during(other, async (listening) => {
      await store.write(
        keys.map((key) => entry(key, 'value')),
        'writer',
      );
      await listening.caughtUp();
      expect(new Set(listening.keys)).toEqual(new Set(keys));
      expect(listening.keys).toHaveLength(2);
      for (const { origin, fed, marks } of listening.entries) {
        expect({ origin, fed, marks }).toEqual({ origin: 'writer', fed: false, marks: [] });
      }
    });
  });

  test('tells nothing of leases, fills and releases: they make nothing stale', async () => {
    const { store, other } = opened();
    await Listening.during(other, async (listening) => {
      const [filled, released] = [fresh('filled'), fresh('released')];
      const { token } = await leaseAll(store, [{ key: filled }, { key: released }], { marks: [fresh()] });
      await store.renew([filled], token, 60_000);
      await fillOne(store, filled, 'value', token);
      await store.release([released], token);
      await leaseOne(store, released);
      const after = await append(store);
      await listening.caughtUp();
      expect(listening.keys).toEqual([after]);
    });
  });

  test('tells nothing from before it follows', async () => {
    const { store, other } = opened();
    const before = await append(store);
    await Listening.during(other, async (listening) => {
      const after = await append(store);
      await listening.caughtUp();
      expect(listening.keys).not.toContain(before);
      expect(listening.keys).toEqual([after]);
    });
  });

  test('tells in the order of the log, each once', async () => {
    const { store, other } = opened();
    await Listening.during(other, async (listening) => {
      const appended: string[] = [];
      for (let at = 0; at < 60; at++) appended.push(await append(at % 2 ? store : other));
      await listening.caughtUp();
      expect(listening.keys).toEqual(appended);
      expect(listening.losses).toEqual([]);
    });
  });

  test('tells all followers the same of what many append at once, without gaps', async () => {
    const { store, other } = opened();
    await Listening.during(store, async (own) => {
      await Listening.during(other, async (foreign) => {
        const writers = Array.from({ length: 8 }, async (_, writer) => {
          const appended: string[] = [];
          for (let at = 0; at < 25; at++) appended.push(await append(writer % 2 ? store : other));
          return appended;
        });
        const appended = await Promise.all(writers);
        for (const listening of [own, foreign]) {
          await listening.caughtUp();
          expect(listening.keys.toSorted()).toEqual(appended.flat().toSorted());
          for (const one of appended) {
            expect(listening.keys.filter((key) => one.includes(key))).toEqual(one);
          }
          expect(listening.losses).toEqual([]);
        }
        expect(own.keys).toEqual(foreign.keys);
      });
    });
  });

  test('tells a thousand keys of one invalidation', async () => {
    const { store, other } = opened();
    const keys = Array.from({ length: 1000 }, (_, at) => fresh(`many ${at}`));
    await Listening.during(other, async (listening) => {
      await store.invalidate({ keys, marks: [] }, 'test');
      await listening.caughtUp();
      expect(listening.keys.toSorted()).toEqual(keys.toSorted());
    });
  });
}

export function followerTests(opened: Opened): void {
  test('verifies nothing that it has not told', async () => {
    const { store, other } = opened();
    const appended: { readonly key: string; readonly at: number }[] = [];
    const untold: string[] = [];
    let following: Listening | undefined;
    const check = (since: number) => {
      const told = new Set(following?.keys);
      untold.push(...appended.filter(({ key, at }) => at < since && !told.has(key)).map(({ key }) => key));
    };
    await Listening.during(
      other,
      async (listening) => {
        following = listening;
        const until = listening.verifications.length + 5;
        while (listening.verifications.length < until || appended.length < 100) {
          const key = await append(store);
          appended.push({ key, at: performance.now() });
        }
        await listening.caughtUp();
      },
      check,
    );
    expect(untold).toEqual([]);
  });

  test('verifies again and again while nothing happens, at least every 300 ms, and never ahead of time', async () => {
    const { store } = opened();
    await Listening.during(store, async (listening) => {
      await listening.caughtUp();
      const begun = listening.verifications.length;
      await eventually('six more verifications', () => listening.verifications.length >= begun + 6);
      const [first, ...next] = listening.verifications.slice(begun, begun + 6);
      const elapsed = (next.at(-1)?.at ?? 0) - (first?.at ?? 0);
      // A busy machine may hold up one of them.
      expect(elapsed).toBeLessThan(5 * 300 + 500);
      for (const { at, since } of listening.verifications) expect(since).toBeLessThanOrEqual(at);
      const sinces = listening.verifications.map(({ since }) => since);
      expect(sinces).toEqual(sinces.toSorted((a, b) => a - b));
      expect(listening.losses).toEqual([]);
    });
  });

  test('tells nothing after it was closed, and the others go on', async () => {
    const { store, other } = opened();
    const closed = await Listening.to(other);
    await Listening.during(other, async (listening) => {
      await closed.stop();
      await closed.stop();
      const [told, verified] = [closed.entries.length, closed.verifications.length];
      const key = await append(store);
      await listening.caughtUp();
      expect(listening.keys).toContain(key);
      expect(closed.entries).toHaveLength(told);
      expect(closed.verifications).toHaveLength(verified);
    });
  });

  test('has several followers on one store', async () => {
    const { store } = opened();
    await Listening.during(store, async (first) => {
      await Listening.during(store, async (second) => {
        const key = await append(store);
        for (const listening of [first, second]) {
          await listening.caughtUp();
          expect(listening.keys).toEqual([key]);
        }
      });
    });
  });
}

import { expect, test } from 'vitest';
import type { CacheStore, FeedTurn } from '../store.js';
import {
  ended,
  entry,
  eventually,
  fillOne,
  fresh,
  LONG_MS,
  leaseAll,
  leaseOne,
  type Opened,
  readText,
  SHORT_MS,
} from './fixture.js';
import { Listening } from './listening.js';

const NOTHING = { keys: [], marks: [] };

/** In order: the first finds a backend that was never fed. */
export function feedTests(opened: Opened): void {
  test('has no position before the first feed', async () => {
    const { store, other } = opened();
    for (const feeding of [store, other]) {
      const turn = await feeding.beginFeed(LONG_MS);
      expect(turn.position).toBeUndefined();
      expect(turn.token).toEqual(expect.any(String));
    }
  });

  test('keeps the position of the last feed for whoever takes the next turn', async () => {
    const { store, other } = opened();
    const turn = await store.beginFeed(LONG_MS);
    for (const position of ['first', '724:730:725,"ü"']) {
      expect(await store.feed(turn, position, NOTHING)).toBe(true);
    }
    expect((await other.beginFeed(LONG_MS)).position).toBe('724:730:725,"ü"');
  });

  test('invalidates what it feeds: keys with their leases, and marks', async () => {
    const { store, other } = opened();
    const [key, leased, mark] = [fresh(), fresh(), fresh('mark')];
    await store.write([entry(key, 'stale')], 'test');
    const { token, marks } = await leaseAll(store, [{ key: leased }], { marks: [mark] });
    const turn = await other.beginFeed(LONG_MS);
    expect(await other.feed(turn, 'fed', { keys: [key, leased], marks: [mark, fresh('none')] })).toBe(true);
    expect(await readText(store, key)).toBeUndefined();
    expect(await fillOne(store, leased, 'stale', token)).toBe(false);
    expect((await store.read([], [mark])).marks[0]).not.toBe(marks[0]);
  });

  test('tells what was fed, and that it was fed; with nothing to invalidate, too', async () => {
    const { store, other } = opened();
    await Listening.during(other, async (listening) => {
      const turn = await store.beginFeed(LONG_MS);
      const invalidation = { keys: [fresh()], marks: [fresh('mark')] };
      await store.feed(turn, 'told', invalidation);
      await store.feed(turn, 'told nothing', NOTHING);
      await eventually('both are told', () => listening.entries.length === 2);
      expect(listening.entries).toMatchObject([
        { ...invalidation, fed: true },
        { ...NOTHING, fed: true },
      ]);
    });
  });

  test('ends a turn when the next one is taken', async () => {
    const { store, other } = opened();
    const late = await store.beginFeed(LONG_MS);
    const next = await other.beginFeed(LONG_MS);
    expect(next.token).not.toBe(late.token);
    expect(await other.feed(next, 'next', NOTHING)).toBe(true);
    await expectRefused(store, late, 'next');
  });

  test('ends a turn when its time is over', async () => {
    const { store } = opened();
    const turn = await store.beginFeed(LONG_MS);
    expect(await store.feed(turn, 'before', NOTHING)).toBe(true);
    const brief = await store.beginFeed(SHORT_MS);
    await ended(store, SHORT_MS);
    await expectRefused(store, brief, 'before');
  });

  test('gives the turn to one of many who take it at once', async () => {
    const { store, other } = opened();
    const takes = Array.from({ length: 20 }, (_, at) => (at % 2 ? store : other).beginFeed(LONG_MS));
    const fed: boolean[] = [];
    for (const turn of await Promise.all(takes)) fed.push(await store.feed(turn, 'one', NOTHING));
    expect(fed.filter(Boolean)).toHaveLength(1);
  });
}

/** Feeds under a turn that is over: nothing is done, neither to what is stored, nor to the position, nor to the log. */
async function expectRefused(store: CacheStore, turn: FeedTurn, position: string): Promise<void> {
  const [key, leased] = [fresh(), fresh()];
  await store.write([entry(key, 'kept')], 'test');
  const { token } = await leaseOne(store, leased);
  await Listening.during(store, async (listening) => {
    expect(await store.feed(turn, 'late', { keys: [key, leased], marks: [] })).toBe(false);
    await listening.caughtUp();
    expect(listening.entries).toEqual([]);
  });
  expect(await readText(store, key)).toBe('kept');
  expect(await fillOne(store, leased, 'value', token)).toBe(true);
  expect((await store.beginFeed(LONG_MS)).position).toBe(position);
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concurrencyTests } from './conformance/concurrency.js';
import { feedTests } from './conformance/feed.js';
import { fencingTests } from './conformance/fencing.js';
import { entry, fresh, leaseOne, type OpenedStores, readText } from './conformance/fixture.js';
import { failedKey, failureTests, leaseTests, releaseTests } from './conformance/leases.js';
import { append, Listening } from './conformance/listening.js';
import { followerTests, logTests } from './conformance/log.js';
import { markTests } from './conformance/marks.js';
import { manyKeysTests, valueTests } from './conformance/values.js';
import type { CacheStore } from './store.js';

/**
 * What every shared store of a cache must do. Each call of `open` gives another store on one and the same backend,
 * as another process would open it; the backend is empty at first. The suite closes what it opens.
 */
export function cacheStoreConformance(name: string, open: () => Promise<CacheStore>): void {
  describe(`cache store: ${name}`, () => {
    let stores: OpenedStores;
    let failed: Awaited<ReturnType<typeof failedKey>>;
    const opened = () => stores;
    beforeAll(async () => {
      stores = { store: await open(), other: await open() };
      failed = await failedKey(stores.store);
    });
    afterAll(() => Promise.all([stores.store.close(), stores.other.close()]));

    describe('values', () => valueTests(opened));
    describe('many keys', () => manyKeysTests(opened));
    describe('leases', () => leaseTests(opened));
    describe('release', () => releaseTests(opened));
    describe('late holders', () => fencingTests(opened));
    describe('marks', () => markTests(opened));
    describe('the log', () => logTests(opened));
    describe('followers', () => followerTests(opened));
    describe('feeding', () => feedTests(opened));
    describe('at once', () => concurrencyTests(opened));
    describe('failures', () => failureTests(opened, () => failed));

    test('names its kind and answers a ping', async () => {
      expect(stores.store.kind).not.toBe('');
      await stores.store.ping();
    });

    test('closes twice without harm, refuses work then, and leaves the others alone', async () => {
      const closing = await open();
      const key = fresh();
      await closing.write([entry(key, 'kept')], 'test');
      const listening = await Listening.to(closing);
      await closing.close();
      await closing.close();
      const refused = [
        closing.read([key], []),
        closing.write([entry(key, 'late')], 'test'),
        closing.invalidate({ keys: [key], marks: [] }, 'test'),
        leaseOne(closing, key),
        closing.ping(),
      ];
      const outcomes = await Promise.allSettled(refused);
      expect(outcomes.map(({ status }) => status)).toEqual(refused.map(() => 'rejected'));
      const told = listening.entries.length;
      await append(stores.store);
      await Listening.during(stores.store, (other) => other.caughtUp());
      expect(listening.entries).toHaveLength(told);
      expect(await readText(stores.other, key)).toBe('kept');
      await listening.stop();
    });
  });
}

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPostgresStore } from '../../src/cache/postgres/index.js';
import { entry, eventually, fillOne, fresh, leaseAll } from '../../src/cache/store/conformance/fixture.js';
import { append, Listening } from '../../src/cache/store/conformance/listening.js';
import type { CacheStore } from '../../src/cache/store/store.js';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { openPostgresNode } from '../../src/relational/postgres/provider.js';
import { TEST_POOL } from '../support/postgres.js';
import { PrivateCluster, privateClusterAvailable } from '../support/private-cluster.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.skipIf(!privateClusterAvailable())('the cache in a PostgreSQL that stops', () => {
  let cluster: PrivateCluster;
  let provider: RelationalProvider;
  let store: CacheStore;
  beforeAll(async () => {
    cluster = await PrivateCluster.start({ standbys: 0 });
    const url = cluster.node(0).url();
    provider = openPostgresNode({ url, pool: TEST_POOL });
    await migrate(provider);
    store = openPostgresStore({ relational: provider });
  });
  afterAll(async () => {
    await store.close();
    await provider.close();
    await cluster.stop();
  });

  const answers = async () => {
    await eventually('it answers', () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
  };

  test('is empty after a crash as a whole, and tells followers that something was lost', async () => {
    const [key, mark, leased] = [fresh(), fresh('mark'), fresh()];
    await store.write([entry(key, 'value')], 'test');
    const { token } = await leaseAll(store, [{ key: leased }], { marks: [mark] });
    await store.feed(await store.beginFeed(60_000), 'place', { keys: [], marks: [] });
    await Listening.during(store, async (listening) => {
      await listening.caughtUp();
      await cluster.node(0).kill9();
      await cluster.node(0).start();
      await answers();
      await eventually('it is told', () => listening.losses.length > 0);
      expect(await store.read([key], [mark])).toEqual({ values: [undefined], marks: [undefined] });
      expect(await fillOne(store, leased, 'stale', token)).toBe(false);
      expect((await store.beginFeed(60_000)).position).toBeUndefined();
      const after = await append(store);
      await listening.caughtUp();
      expect(listening.keys).toEqual([after]);
    });
  });

  test('keeps everything over an orderly restart, and followers miss nothing', async () => {
    const [key, mark] = [fresh(), fresh('mark')];
    await store.write([entry(key, 'value')], 'test');
    const { marks } = await leaseAll(store, [], { marks: [mark] });
    await Listening.during(store, async (listening) => {
      const before = await append(store);
      await listening.caughtUp();
      await cluster.node(0).stop();
      const verified = listening.verifications.length;
      await cluster.node(0).start();
      await answers();
      expect((await store.read([key], [mark])).marks).toEqual(marks);
      const after = await append(store);
      await listening.caughtUp();
      expect(listening.verifications.length).toBeGreaterThan(verified);
      expect(listening.keys).toEqual([before, after]);
      expect(listening.losses).toEqual([]);
    });
  });
});

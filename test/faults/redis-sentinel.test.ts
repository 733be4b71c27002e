import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRedisStore, type RedisCacheStore } from '../../src/cache/redis/index.js';
import { eventually, leaseAll } from '../../src/cache/store/conformance/fixture.js';
import { append, Listening } from '../../src/cache/store/conformance/listening.js';
import { RedisSentinelGroup } from '../support/redis-sentinel.js';
import { redisServerAvailable } from '../support/redis-server.js';

const isDone = () => true;
const isNotDone = () => false;

describe.skipIf(!redisServerAvailable())('the shared tier behind Sentinel', () => {
  let group: RedisSentinelGroup;
  let store: RedisCacheStore;
  beforeEach(async () => {
    group = await RedisSentinelGroup.start();
    store = await openRedisStore({ sentinel: group });
  });
  afterEach(async () => {
    await store.close();
    await group.remove();
  });

  /** Entries of the log there; none while its connections are ended for its promotion. */
  const onReplica = () => group.replica.with(1, (client) => client.xlen('aq:cache:{log}')).catch(() => 0);

  for (const [what, change] of [
    ['the primary dies', () => group.primary.kill9()],
    ['the primary hangs', async () => group.primary.freeze()],
    ['the replica takes over while both run', () => group.failOver()],
  ] as const) {
    test(`when ${what}: goes on with the new primary, and nothing from before counts`, async () => {
      const { marks } = await leaseAll(store, [], { marks: ['s:'] });
      await Listening.during(store, async (listening) => {
        await append(store);
        await listening.caughtUp();
        await eventually('the replica has it', async () => (await onReplica()) === 1);
        await change();
        await group.leads(group.replica);
        await eventually('it is the new primary', async () => {
          await append(store).catch(() => undefined);
          return (await onReplica()) > 1;
        });
        await listening.caughtUp();
        expect(listening.losses.length).toBeGreaterThan(0);
        expect((await store.read([], ['s:'])).marks).not.toEqual(marks);
      });
    });
  }

  test('opens while there is no primary, and finds one', async () => {
    await group.primary.kill9();
    const other = await openRedisStore({ sentinel: group });
    await group.leads(group.replica);
    await eventually('it answers', async () => other.ping().then(isDone, isNotDone));
    await other.close();
  });
});

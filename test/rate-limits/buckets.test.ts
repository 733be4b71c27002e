import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BucketStore,
  MemoryBuckets,
  PostgresBuckets,
  RedisBuckets,
} from '../../src/rate-limits/index.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

/** What every store of buckets must do. */
function bucketTests(store: () => BucketStore): void {
  const bucket = (capacity: number, perSecond: number) => ({
    name: `{t}:${randomUUID()}`,
    capacity,
    perSecond,
  });

  test('give as many tokens as they hold, and say how long to wait for more', async () => {
    const one = bucket(3, 0.5);
    for (const left of [2, 1, 0]) {
      const taken = await store().take([one]);
      expect(taken.wait).toBe(0);
      expect(Math.floor(taken.remaining[0] ?? -1)).toBe(left);
    }
    const { wait } = await store().take([one]);
    expect(wait).toBeGreaterThan(1);
    expect(wait).toBeLessThanOrEqual(2);
  });

  test('fill again with time, and never above what they hold', async () => {
    const fast = bucket(2, 50);
    await store().take([fast], 2);
    await expect.poll(async () => (await store().take([fast], 2)).wait, { timeout: 5000 }).toBe(0);
    await expect.poll(async () => (await store().take([fast], 0)).remaining[0], { timeout: 5000 }).toBe(2);
  });

  test('take from all or from none', async () => {
    const wide = bucket(10, 0.001);
    const narrow = bucket(1, 0.001);
    expect((await store().take([wide, narrow])).wait).toBe(0);
    expect((await store().take([wide, narrow])).wait).toBeGreaterThan(100);
    expect(Math.floor((await store().take([wide], 0)).remaining[0] ?? 0)).toBe(9);
  });

  test('count what many take at once', async () => {
    const one = bucket(20, 0.001);
    const taken = await Promise.all(Array.from({ length: 60 }, () => store().take([one])));
    expect(taken.filter(({ wait }) => wait === 0)).toHaveLength(20);
  });
}

describe('token buckets in memory', () => bucketTests(() => memory));
const memory = new MemoryBuckets();

await describeOnEachDatabase('token buckets', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());
  bucketTests(() => new PostgresBuckets(database.provider));
});

describe.skipIf(!(await serviceAvailable('redis')))('token buckets in Redis', () => {
  let buckets: RedisBuckets;
  beforeAll(async () => {
    buckets = await RedisBuckets.connect(serviceUrl('redis'));
  });
  afterAll(() => buckets.close());
  bucketTests(() => buckets);
});

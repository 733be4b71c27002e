import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryBackend, type MemoryStore } from '../../../../test/support/memory-store.js';
import { StoreGuard } from './index.js';

const ANSWERS_AFTER_MS = 150;
const DEADLINES = { deadlineMs: 30, writeDeadlineMs: 30 };
const late = { code: 'AQF_CACHE_STORE_UNAVAILABLE' };

describe('a store that needs 150 ms, with deadlines of 30 ms', () => {
  let store: MemoryStore;
  let guard: StoreGuard;
  beforeEach(() => {
    store = new MemoryBackend().open();
    store.after = () => sleep(ANSWERS_AFTER_MS);
    guard = new StoreGuard(store, DEADLINES);
  });
  afterEach(() => guard.close());

  const names = (count: number) => Array.from({ length: count }, (_, index) => `|${index}`);
  const entries = (count: number, bytes = 1) =>
    names(count).map((key) => ({ key, value: Buffer.alloc(bytes), ttlMs: 1000 }));
  const lease = (count: number) =>
    guard.lease({ keys: names(count).map((key) => ({ key })), marks: [], token: 't', ttlMs: 1000 });

  test('is late with few names', async () => {
    await expect(lease(2)).rejects.toMatchObject(late);
    await expect(guard.fill(entries(2), 't')).rejects.toMatchObject(late);
    await expect(guard.invalidate({ keys: names(2), marks: [] }, 'o')).rejects.toMatchObject(late);
  });

  test('has time for thousands of names, and is not left alone for them', async () => {
    const count = 10_000;
    expect((await lease(count)).keys).toHaveLength(count);
    expect(await guard.fill(entries(count), 't')).toHaveLength(count);
    await guard.write(entries(count), 'o');
    await guard.release(names(count), 't');
    await guard.invalidate({ keys: names(count), marks: [] }, 'o');
    expect(guard.writeState).toBe('closed');
  });

  test('has time for a value of many bytes', async () => {
    await guard.write(entries(1, 16 * 2 ** 20), 'o');
    expect(guard.writeState).toBe('closed');
  });
});

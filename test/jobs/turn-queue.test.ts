import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TurnQueue } from '../../src/jobs/index.js';
import { describeOnEachQueue, type QueuePlace } from './queues.js';

const UNTIL = { timeout: 15_000, interval: 10 };

await describeOnEachQueue('a queue of turns', (openPlace) => {
  let place: QueuePlace;
  beforeAll(async () => {
    place = await openPlace();
  });
  afterAll(() => place.dispose());

  async function withQueue(use: (queue: TurnQueue) => Promise<void>): Promise<void> {
    const queue = await place.open();
    try {
      await use(queue);
    } finally {
      await queue.close();
    }
  }

  test('serves a tenant that was announced, once however often it was', () =>
    withQueue(async (queue) => {
      await queue.announce(['acme', 'acme']);
      await queue.announce(['acme']);
      expect(await queue.figures()).toMatchObject({ waiting: 1 });
      const served: string[] = [];
      await queue.work(async (tenant) => {
        served.push(tenant);
        return 'done';
      });
      await queue.announce(['other']);
      await vi.waitFor(() => expect(served).toEqual(['acme', 'other']), UNTIL);
    }));

  test('serves a tenant again that is announced during its turn', () =>
    withQueue(async (queue) => {
      let turns = 0;
      await queue.work(async () => {
        turns += 1;
        if (turns === 1) await queue.announce(['acme']);
        return 'done';
      });
      await queue.announce(['acme']);
      await vi.waitFor(() => expect(turns).toBe(2), UNTIL);
      await vi.waitFor(
        async () => expect(await queue.figures()).toMatchObject({ waiting: 0, active: 0 }),
        UNTIL,
      );
      expect(turns).toBe(2);
    }));

  test('lets a tenant with much work wait behind the others after each turn', () =>
    withQueue(async (queue) => {
      const served: string[] = [];
      await queue.announce(['large']);
      await queue.announce(['small']);
      await queue.work(
        async (tenant) => {
          served.push(tenant);
          return tenant === 'large' && served.length < 6 ? 'more' : 'done';
        },
        { concurrency: 1 },
      );
      await vi.waitFor(() => expect(served.length).toBeGreaterThanOrEqual(6), UNTIL);
      expect(served.slice(0, 2)).toEqual(['large', 'small']);
    }));

  test('serves a tenant that must wait when its time has come, and others meanwhile', () =>
    withQueue(async (queue) => {
      const served: string[] = [];
      let begun = 0;
      await queue.work(async (tenant) => {
        served.push(tenant);
        if (served.filter((name) => name === 'limited').length > 1 || tenant !== 'limited') return 'done';
        begun = performance.now();
        return { waitMs: 300.25 };
      });
      await queue.announce(['limited']);
      await vi.waitFor(() => expect(served).toEqual(['limited']), UNTIL);
      await queue.announce(['other', 'limited']);
      await vi.waitFor(() => expect(served).toEqual(['limited', 'other', 'limited']), UNTIL);
      expect(performance.now() - begun).toBeGreaterThan(290);
    }));

  test('keeps a turn that failed every time with its reason, and puts it back when asked to', () =>
    withQueue(async (queue) => {
      let broken = true;
      const errors: string[] = [];
      const served: string[] = [];
      await queue.work(
        async (tenant) => {
          served.push(tenant);
          if (broken) throw new Error('the disk is full');
          return 'done';
        },
        { onError: (error, tenant) => errors.push(`${tenant}: ${(error as Error).message}`) },
      );
      await queue.announce(['acme']);
      await vi.waitFor(async () => expect((await queue.figures()).failed).toBe(1), UNTIL);
      expect(served).toHaveLength(5);
      expect(errors).toContain('acme: the disk is full');
      const [failed] = await queue.failed();
      expect(failed).toMatchObject({ tenantId: 'acme', reason: 'the disk is full', attempts: 5 });
      broken = false;
      await expect(queue.retry('no such')).rejects.toMatchObject({ code: 'AQF_JOB_NOT_FOUND' });
      expect(await queue.retry(failed?.id)).toBe(1);
      await vi.waitFor(() => expect(served).toHaveLength(6), UNTIL);
      await vi.waitFor(async () => expect(await queue.failed()).toEqual([]), UNTIL);
    }));

  test('waits for the turn under way when it closes, and tells it', () =>
    withQueue(async (queue) => {
      let state = 'not begun';
      await queue.work(async (_tenant, signal) => {
        state = 'begun';
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        await wait(50);
        state = 'ended';
        return 'done';
      });
      await queue.announce(['acme']);
      await vi.waitFor(() => expect(state).toBe('begun'), UNTIL);
      await queue.close();
      expect(state).toBe('ended');
      await expect(queue.announce(['acme'])).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
    }));

  test('tells since when the first in line waits', () =>
    withQueue(async (queue) => {
      expect(await queue.figures()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0, oldestMs: 0 });
      await queue.announce(['acme']);
      await vi.waitFor(async () => expect((await queue.figures()).oldestMs).toBeGreaterThan(20), UNTIL);
    }));
});

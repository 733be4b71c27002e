import { expect, test } from 'vitest';
import { OWNER } from '../context.js';
import type { RelationalProvider } from '../provider.js';
import { ACME, type Opened } from './fixture.js';

const CHANNEL = 'aquifer_conformance';

export function coordinationTests(opened: Opened): void {
  test('runs work under a name for one at a time, and refuses the second at once', async () => {
    const outcomes: unknown[] = [];
    const first = await opened().exclusively('one', async (signal) => {
      outcomes.push(signal.aborted);
      outcomes.push(await opened().exclusively('one', async () => void outcomes.push('ran twice')));
      outcomes.push(await opened().exclusively('other', async () => void outcomes.push('other ran')));
    });
    expect([first, ...outcomes]).toEqual([true, false, false, 'other ran', true]);
    expect(await opened().exclusively('one', async () => undefined)).toBe(true);
  });

  test('gives the name free when the work fails, and passes its error on', async () => {
    const failing = opened().exclusively('failing', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await opened().exclusively('failing', async () => undefined)).toBe(true);
  });

  test('serves others while work runs under a name', async () => {
    await opened().exclusively('busy', async () => {
      expect((await opened().query(ACME, { text: 'select 1 as n' })).rows).toEqual([{ n: 1 }]);
    });
  });

  test('hears of a commit that notifies, until it is told to stop', async ({ skip }) => {
    const heard: string[] = [];
    const stop = await opened().listen(CHANNEL, (payload) => heard.push(payload));
    if (!stop) return skip('this provider does not listen');
    await heardAfter(opened(), 'first');
    expect(heard.length).toBeGreaterThan(0);
    await stop();
    const before = heard.length;
    await heardAfter(opened(), 'second');
    expect(heard).toHaveLength(before);
  });

  test('tells the figures of its pool, where it has one', async ({ skip }) => {
    const figures = opened().pool();
    if (!figures) return skip('this provider has no pool');
    const { total, idle, waiting, max } = figures;
    expect(idle).toBeLessThanOrEqual(total);
    expect(total).toBeLessThanOrEqual(max);
    expect(waiting).toBe(0);
  });
}

/** Commits with a notification and waits until a listener of its own has heard of it. */
async function heardAfter(provider: RelationalProvider, payload: string): Promise<void> {
  let stop: (() => Promise<void>) | undefined;
  await new Promise<void>((resolve, reject) => {
    provider
      .listen(CHANNEL, () => resolve())
      .then((stopListening) => {
        stop = stopListening;
        return provider.transaction(OWNER, (tx) => tx.query('select pg_notify($1, $2)', [CHANNEL, payload]));
      })
      .catch(reject);
  });
  await stop?.();
}

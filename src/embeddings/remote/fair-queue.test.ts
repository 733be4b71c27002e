import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.js';

const NEVER = new AbortController().signal;

/** Work that is ended by hand, and the order in which it began. */
function workshop(queue: FairQueue) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const run = (tenant: string, signal = NEVER) =>
    queue.run(
      tenant,
      () =>
        new Promise<void>((resolve) => {
          begun.push(tenant);
          ends.push(resolve);
        }),
      signal,
    );
  const endFirst = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { begun, run, endFirst };
}

describe('a fair queue', () => {
  it('runs so much at once and no more, the tenants taking turns', async () => {
    const queue = new FairQueue(2);
    const { begun, run, endFirst } = workshop(queue);
    const all = ['a', 'a', 'a', 'a', 'b', 'c', 'b', 'c'].map((tenant) => run(tenant));
    await new Promise(setImmediate);
    // Both places are a's; b and c have nothing running and go ahead of the bound, up to twice of it.
    expect(begun).toEqual(['a', 'a', 'b', 'c']);
    while (begun.length < all.length) await endFirst();
    expect(begun.slice(4).toSorted()).toEqual(['a', 'a', 'b', 'c']);
    expect(begun.slice(4, 6)).not.toEqual(['a', 'a']);
    for (const _ of all) await endFirst();
    await Promise.all(all);
  });

  it('lets a paused tenant wait without a place, and goes on with it afterwards', async () => {
    const queue = new FairQueue(1);
    const { begun, run, endFirst } = workshop(queue);
    queue.pause('a', 60);
    expect(queue.pausedFor('a')).toBeGreaterThan(0);
    const all = [run('a'), run('b')];
    await new Promise(setImmediate);
    expect(begun).toEqual(['b']);
    await endFirst();
    await expect.poll(() => begun).toEqual(['b', 'a']);
    expect(queue.pausedFor('a')).toBe(0);
    await endFirst();
    await Promise.all(all);
  });

  it('lets go of what is given up, and of what fails', async () => {
    const queue = new FairQueue(1);
    const { begun, run, endFirst } = workshop(queue);
    const controller = new AbortController();
    const first = run('a');
    const givenUp = expect(run('a', controller.signal)).rejects.toThrow('enough');
    const last = run('a');
    controller.abort(new Error('enough'));
    await givenUp;
    await expect(run('a', controller.signal)).rejects.toThrow('enough');
    await endFirst();
    await first;
    expect(begun).toEqual(['a', 'a']);
    await endFirst();
    await last;
    const failing = () => Promise.reject(new Error('broken'));
    await expect(queue.run('a', failing, NEVER)).rejects.toThrow('broken');
    await expect(queue.run('a', async () => 'goes on', NEVER)).resolves.toBe('goes on');
  });
});

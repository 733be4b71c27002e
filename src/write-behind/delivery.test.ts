import { describe, expect, test } from 'vitest';
import { AquiferError } from '../errors/index.js';
import type { Claim, ClaimedItem } from './claim.js';
import { Delivery } from './delivery.js';
import { checkOptions } from './options.js';

type Flush = (keys: readonly string[]) => void | Promise<void>;

const keysOf = (items: readonly { readonly key: string }[]) => items.map(({ key }) => key);

/** Delivers so many items; what became of each, and how many calls it took. */
async function deliver(
  count: number,
  flush: Flush,
  options: { stopping?: AbortSignal; lost?: string[] } = {},
) {
  const outcome = {
    calls: 0,
    finished: [] as string[],
    failed: [] as string[],
    released: [] as string[],
    isHere: false,
  };
  const items: ClaimedItem<number>[] = Array.from({ length: count }, (_, index) => ({
    tenantId: 'acme',
    key: `k${index}`,
    value: index,
    sequence: index,
    actorId: undefined,
    attempts: 0,
  }));
  const claim = {
    items,
    finish: async (done: ClaimedItem<number>[]) => void outcome.finished.push(...keysOf(done)),
    release: async (back: ClaimedItem<number>[]) => void outcome.released.push(...keysOf(back)),
    renew: async (wanted: ClaimedItem<number>[]) =>
      wanted.filter(({ key }) => !(options.lost ?? []).includes(key)),
    fail: async (item: ClaimedItem<number>) => {
      outcome.failed.push(item.key);
      return false;
    },
  };
  const delivery = new Delivery<number>(
    {
      settings: checkOptions({ name: 'q', relational: undefined as never, flush: async () => undefined }),
      stopping: options.stopping ?? new AbortController().signal,
      flush: async (given) => {
        outcome.calls++;
        await flush(keysOf(given));
      },
      flushed: () => undefined,
      failed: () => undefined,
      report: () => undefined,
    },
    claim as unknown as Claim<number>,
  );
  outcome.isHere = await delivery.run();
  return outcome;
}

const refuse = (...bad: string[]): Flush => {
  return (keys) => {
    if (keys.some((key) => bad.includes(key))) throw new Error('bad');
  };
};

describe('a delivery', () => {
  test('is one call when all goes well', async () => {
    expect(await deliver(100, () => undefined)).toMatchObject({ calls: 1, failed: [], isHere: true });
  });

  test.each(['k0', 'k37', 'k99'])('finds the one that cannot be written by halving: %s', async (bad) => {
    const { calls, finished, failed, released, isHere } = await deliver(100, refuse(bad));
    expect(failed).toEqual([bad]);
    expect(finished).toHaveLength(99);
    expect(released).toEqual([]);
    expect(isHere).toBe(true);
    expect(calls).toBeLessThanOrEqual(1 + 2 * 7);
  });

  test('finds several, beside each other and apart', async () => {
    const bad = ['k0', 'k1', 'k2', 'k50', 'k99'];
    const { finished, failed, isHere } = await deliver(100, refuse(...bad));
    expect(failed).toEqual(bad);
    expect(finished).toHaveLength(95);
    expect(isHere).toBe(true);
  });

  test('stops asking when nothing works, and gives back what it could not judge', async () => {
    const { calls, finished, failed, released, isHere } = await deliver(100, () => {
      throw new Error('down');
    });
    expect(calls).toBe(20);
    expect(finished).toEqual([]);
    expect(failed.length).toBeLessThan(10);
    expect(failed.length + released.length).toBe(100);
    expect(isHere).toBe(false);
  });

  test('asks once where the destination says that it is away, and counts it against nothing', async () => {
    const away = () => {
      throw new AquiferError('AQF_DATABASE_UNAVAILABLE', 'away');
    };
    expect(await deliver(100, away)).toMatchObject({ calls: 1, failed: [], isHere: false });
    expect(await deliver(1, away)).toMatchObject({ calls: 1, failed: [], released: ['k0'], isHere: false });
  });

  test('leaves what another has taken over meanwhile', async () => {
    const { finished, failed } = await deliver(4, refuse('k0'), { lost: ['k2', 'k3'] });
    expect([finished, failed]).toEqual([['k1'], ['k0']]);
  });

  test('gives back what it holds when it has to end', async () => {
    const stopping = new AbortController();
    const forever = () => {
      stopping.abort();
      return new Promise<void>(() => undefined);
    };
    const outcome = await deliver(3, forever, { stopping: stopping.signal });
    expect(outcome).toMatchObject({ calls: 1, failed: [], released: ['k0', 'k1', 'k2'], isHere: false });
  });
});

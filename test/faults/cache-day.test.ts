import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Cache, createCache, type OpenCache } from '../../src/cache/index.js';
import { MemoryBackend } from '../support/memory-store.js';
import { seeded } from '../support/seeded.js';

// Waits are by the false clock too.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => globalThis.setTimeout(resolve, ms)),
}));
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const HOURS = 24;
const STEP_MS = 120_000;
const STEPS_AN_HOUR = 3_600_000 / STEP_MS;
const CALLS_A_STEP = 30;
const MAX_ENTRIES = 500;
const MAX_BYTES = 1024 * 1024;
/** What a day may add to the heap after its first hours, when everything is as full as it gets. */
const MOST_GROWTH = 2 * 1024 * 1024;

describe('a day of traffic', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    });
  });
  afterEach(() => vi.useRealTimers());

  test.each(['in memory alone', 'with a shared store'])('leaves nothing behind (%s)', async (how) => {
    const backend = how === 'with a shared store' ? new MemoryBackend() : undefined;
    const limits = { maxEntries: MAX_ENTRIES, maxBytes: MAX_BYTES };
    const cache = await createCache({ ...limits, ...(backend && { store: backend.open() }) });
    const another = backend && (await createCache({ ...limits, store: backend.open() }));
    await vi.advanceTimersByTimeAsync(1000);
    const before = held();
    const traffic = new Traffic(cache, another);
    let settled = 0;
    for (let hour = 0; hour < HOURS; hour++) {
      for (let step = 0; step < STEPS_AN_HOUR; step++) {
        backend?.verify();
        traffic.step(hour);
        await vi.advanceTimersByTimeAsync(STEP_MS);
        expect(cache.stats().entries).toBeLessThanOrEqual(MAX_ENTRIES);
        expect(cache.stats().bytes).toBeLessThanOrEqual(MAX_BYTES);
      }
      backend?.sweep();
      // They live for a month, and tenants here are gone in hours.
      backend?.marks.clear();
      if (hour === 5) settled = await heapUsed();
    }
    expect(traffic.outcomes.threw).toBe(0);
    expect(traffic.underWay).toBe(0);
    const { refreshes, evictions, staleServed, l1Hits, fills } = cache.stats();
    expect(Math.min(refreshes, evictions, staleServed, l1Hits, fills)).toBeGreaterThan(100);
    const grown = (await heapUsed()) - settled;
    console.log(
      `${how}: ${JSON.stringify(traffic.outcomes)}, ${fills} fills, ${evictions} evictions, ${refreshes} refreshes; heap ${Math.round(grown / 1024)} KiB`,
    );
    expect(grown).toBeLessThan(MOST_GROWTH);
    // At most the look at the clock is left, which ends by itself.
    await vi.advanceTimersByTimeAsync(10_000);
    for (const [what, count] of Object.entries(held())) {
      expect([what, count <= before[what as keyof typeof before]]).toEqual([what, true]);
    }
    await cache.close();
    await another?.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** What a leak of timers, sockets or listeners would add to. */
function held() {
  const listeners = process.eventNames().map((name) => process.listenerCount(name));
  return {
    timers: vi.getTimerCount(),
    resources: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length,
    listeners: listeners.reduce((sum, count) => sum + count, 0),
  };
}

/** After two collections, between which those who wait for one get their turn. */
async function heapUsed(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

/** Tenants that come, stay for some hours and never come again. */
class Traffic {
  readonly outcomes = { values: 0, threw: 0, failed: 0, removals: 0 };
  underWay = 0;
  readonly #caches: readonly OpenCache[];
  readonly #random = seeded(7);

  constructor(cache: OpenCache, another: OpenCache | undefined) {
    this.#caches = another ? [cache, cache, cache, another] : [cache];
  }

  step(hour: number): void {
    for (let call = 0; call < CALLS_A_STEP; call++) {
      this.underWay++;
      this.#call(this.#tenant(hour))
        .catch(() => this.outcomes.threw++)
        .finally(() => this.underWay--);
    }
  }

  #tenant(hour: number): Cache {
    const cache = this.#caches[this.#below(this.#caches.length)] as OpenCache;
    const tenant = cache.namespace(`tenant ${hour * 10 + this.#below(20)}`);
    return this.#random() < 0.5 ? tenant : tenant.namespace(`part ${this.#below(3)}`);
  }

  async #call(tenant: Cache): Promise<void> {
    const dice = this.#random();
    const key = `key ${this.#below(20)}`;
    if (dice < 0.01) await this.#removal(tenant, key);
    else if (dice < 0.03) await this.#failure(tenant, key);
    else if (dice < 0.1) await tenant.set(key, this.#value(), this.#below(60_000) + 1);
    else if (dice < 0.2) await tenant.memoMany([key, 'a', 'b'], '1m', (keys) => this.#many(keys));
    else await this.#memo(tenant, key);
  }

  async #memo(tenant: Cache, key: string): Promise<void> {
    const options = { ttl: '5m', swr: '2h', refreshAhead: 1, tags: [`tag ${this.#below(50)}`] };
    await tenant.memo(key, options, () => this.#slowly());
    this.outcomes.values++;
  }

  async #removal(tenant: Cache, key: string): Promise<void> {
    this.outcomes.removals++;
    const dice = this.#random();
    if (dice < 0.4) await tenant.delete(key);
    else if (dice < 0.9) await tenant.invalidateTags(`tag ${this.#below(50)}`);
    else await tenant.clear();
  }

  async #failure(tenant: Cache, key: string): Promise<void> {
    const failing = tenant.memo(`poor ${key}`, '1m', async (): Promise<string> => {
      await this.#slowly();
      throw new Error('poor');
    });
    await failing.catch(() => this.outcomes.failed++);
  }

  async #many(keys: readonly string[]): Promise<Map<string, string>> {
    await this.#slowly();
    return new Map(keys.map((key) => [key, this.#value()]));
  }

  async #slowly(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, this.#below(3000)));
    return this.#value();
  }

  #value(): string {
    return 'x'.repeat(this.#below(2000));
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }
}

import { Counter, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CacheStats, createCache, type OpenCache } from '../cache/index.js';
import { createMetrics } from './index.js';

let cache: OpenCache;
beforeEach(async () => {
  cache = await createCache();
});
afterEach(() => cache.close());

/** A store that answered a hundred reads, and one call of each other kind. */
const STORE: NonNullable<CacheStats['store']> = {
  kind: 'redis',
  state: 'closed',
  writeState: 'open',
  coalesced: 3,
  reads: lane(100, { failures: 5, timeouts: 2, rejected: 7 }),
  writes: lane(1),
  invalidations: lane(1),
};

function lane(calls: number, other: { failures?: number; timeouts?: number; rejected?: number } = {}) {
  const latency = { count: calls, sum: 2 * calls, p50: 1, p99: 4, max: 8 };
  return { calls, failures: 0, timeouts: 0, rejected: 0, deadlineMs: 50, latency, ...other };
}

/** The value in a line of the exposition. */
async function sample(text: Promise<string>, series: string): Promise<number | undefined> {
  const line = (await text).split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('what a cache did is told under its name', async () => {
  const metrics = createMetrics();
  metrics.registerCache('people', cache);
  await cache.memo('a', '1m', () => 1);
  await cache.memo('a', '1m', () => 1);
  await cache.memo('a', '1m', () => 1);
  await cache.get('none');
  await cache.delete('a');
  expect(await sample(metrics.metrics(), 'aquifer_cache_hits_total{cache="people",tier="l1"}')).toBe(2);
  expect(await sample(metrics.metrics(), 'aquifer_cache_misses_total{cache="people"}')).toBe(
    cache.stats().misses,
  );
  expect(await sample(metrics.metrics(), 'aquifer_cache_fills_total{cache="people"}')).toBe(1);
  expect(await sample(metrics.metrics(), 'aquifer_cache_entries{cache="people"}')).toBe(0);
  expect(await sample(metrics.metrics(), 'aquifer_cache_factory_calls_total{cache="people"}')).toBe(1);
});

test('counters say the same however often they are read', async () => {
  const metrics = createMetrics();
  metrics.registerCache('people', cache);
  await cache.memo('a', '1m', () => 1);
  const first = await metrics.metrics();
  expect(await metrics.metrics()).toBe(first);
});

test('every figure of a cache has its metric', async () => {
  const metrics = createMetrics();
  const keys = Object.keys(cache.stats()).filter((key) => key !== 'factory' && key !== 'store');
  const numbered = Object.fromEntries(keys.map((key, index) => [key, 1_000_000 + index * 1000]));
  const stats = { ...cache.stats(), ...numbered, factory: { calls: 11, totalMs: 12_000 } };
  metrics.registerCache('all', { stats: () => stats });
  const values = (await metrics.metrics()).match(/(?<= )[\d.]+$/gm)?.map(Number) ?? [];
  const seconds = (key: string) => (key === 'invalidationLagMs' ? 1000 : 1);
  for (const key of keys) expect(values, key).toContain((numbered[key] ?? 0) / seconds(key));
  expect(values).toContain(12);
});

describe('of a shared store', () => {
  const metrics = createMetrics();
  metrics.registerCache('shared', { stats: () => ({ ...cache.stats(), store: STORE }) });
  const series: [string, number][] = [
    ['store_calls_total{cache="shared",store="redis",call="read"}', 100],
    ['store_failures_total{cache="shared",store="redis",call="read"}', 5],
    ['store_timeouts_total{cache="shared",store="redis",call="read"}', 2],
    ['store_rejected_total{cache="shared",store="redis",call="read"}', 7],
    ['store_calls_total{cache="shared",store="redis",call="invalidate"}', 1],
    ['store_deadline_seconds{cache="shared",store="redis",call="write"}', 0.05],
    ['store_latency_seconds{cache="shared",store="redis",call="read",quantile="0.99"}', 0.004],
    ['store_latency_seconds_sum{cache="shared",store="redis",call="read"}', 0.2],
    ['store_latency_seconds_count{cache="shared",store="redis",call="read"}', 100],
    ['store_coalesced_total{cache="shared",store="redis"}', 3],
    ['breaker_state{cache="shared",store="redis",call="read"}', 0],
    ['breaker_state{cache="shared",store="redis",call="write"}', 2],
  ];
  test.each(series)('%s is told', async (name, value) => {
    expect(await sample(metrics.metrics(), `aquifer_cache_${name}`)).toBe(value);
  });
});

test('several caches are told apart, and one that was taken out is told no more', async () => {
  const metrics = createMetrics();
  await using other = await createCache();
  const remove = metrics.registerCache('one', cache);
  metrics.registerCache('two', other);
  await other.set('a', 1);
  expect(await sample(metrics.metrics(), 'aquifer_cache_entries{cache="one"}')).toBe(0);
  expect(await sample(metrics.metrics(), 'aquifer_cache_entries{cache="two"}')).toBe(1);
  remove();
  expect(await sample(metrics.metrics(), 'aquifer_cache_entries{cache="one"}')).toBeUndefined();
  expect(await sample(metrics.metrics(), 'aquifer_cache_entries{cache="two"}')).toBe(1);
});

test('two caches cannot have one name, until the first is taken out', () => {
  const metrics = createMetrics();
  const remove = metrics.registerCache('one', cache);
  expect(() => metrics.registerCache('one', cache)).toThrow(
    expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }),
  );
  remove();
  metrics.registerCache('one', cache);
});

test('figures are taken once for each reading, whatever the number of metrics', async () => {
  const metrics = createMetrics();
  let taken = 0;
  const stats = () => {
    taken++;
    return cache.stats();
  };
  metrics.registerCache('one', { stats });
  await metrics.metrics();
  expect(taken).toBe(1);
  await metrics.metrics();
  expect(taken).toBe(2);
});

test('metrics go into the registry of an application, once', async () => {
  const registry = new Registry();
  new Counter({ name: 'own_total', help: 'Of the application.', registers: [registry] }).inc();
  const metrics = createMetrics({ registry });
  metrics.registerCache('one', cache);
  expect(await metrics.metrics()).toContain('own_total 1');
  expect(await registry.metrics()).toContain('aquifer_cache_entries{cache="one"} 0');
  expect(metrics.contentType).toContain('text/plain');
  expect(() => createMetrics({ registry })).toThrow(
    expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }),
  );
});

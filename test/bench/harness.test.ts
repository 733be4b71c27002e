import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Benchmark } from '../../bench/harness/benchmark.js';
import { parseCommandLine, usage, wholeNumber } from '../../bench/harness/command-line.js';
import { cachedFolder } from '../../bench/harness/folders.js';
import { measured, relative } from '../../bench/harness/measurement.js';
import { formatMeasurements, writeMeasurements } from '../../bench/harness/report.js';
import { evenlySpread, median, percentile } from '../../bench/harness/statistics.js';
import { BusyClock } from '../../bench/harness/timing.js';
import { removeTempDir, tempDir } from '../support/temp-dir.js';

const first: Benchmark = { name: 'first', about: 'one thing', run: async () => [] };
const second: Benchmark = {
  name: 'second',
  about: 'another',
  options: { size: 'how large' },
  run: async () => [],
};
const known = [first, second];

test('a percentile is the value that the share does not exceed', () => {
  const values = [5, 1, 4, 2, 3];
  expect(median(values)).toBe(3);
  expect(percentile(values, 0.95)).toBe(5);
  expect(percentile(values, 0.2)).toBe(1);
  expect(percentile([7], 0.5)).toBe(7);
  expect(() => percentile([], 0.5)).toThrow('no values');
});

test('a sample is spread evenly, begins with the first and holds as many as asked', () => {
  const items = Array.from({ length: 1111 }, (_, index) => index);
  for (const count of [1, 7, 150, 1110]) expect(evenlySpread(items, count)).toHaveLength(count);
  expect(evenlySpread(items, 4)).toEqual([0, 278, 556, 834]);
  expect(evenlySpread(items, 2000)).toEqual(items);
});

describe('a busy clock', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  test('counts the time of overlapping calls once, and idle time not at all', async () => {
    const clock = new BusyClock();
    let finish = () => {};
    const work = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const both = Promise.all([clock.run(() => work), clock.run(() => work)]);
    vi.advanceTimersByTime(30);
    finish();
    await both;
    vi.advanceTimersByTime(50);
    expect(clock).toMatchObject({ busyMs: 30, calls: 2 });
  });

  test('ends the time of a call that fails', async () => {
    const clock = new BusyClock();
    await expect(clock.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    vi.advanceTimersByTime(50);
    await clock.run(async () => {});
    expect(clock.busyMs).toBe(0);
  });
});

test('without --only every benchmark runs; with it those named, in that order', () => {
  expect(parseCommandLine([], known).benchmarks).toEqual(known);
  expect(parseCommandLine(['--only', 'second', '--only', 'first'], known).benchmarks).toEqual([
    second,
    first,
  ]);
});

test('a benchmark gets the options of its own', () => {
  const { option, json } = parseCommandLine(['--size', '12', '--json', 'out.json'], known);
  expect(option('size')).toBe('12');
  expect(option('other')).toBeUndefined();
  expect(json).toBe('out.json');
});

test('wrong arguments are named', () => {
  expect(() => parseCommandLine(['--only', 'third'], known)).toThrow('"third"; there are first, second');
  expect(() => parseCommandLine(['--speed'], known)).toThrow('--speed');
  expect(() => wholeNumber('size', 'many')).toThrow('--size must be a whole number from 1, not "many"');
});

test('the usage lists benchmarks and their options', () => {
  expect(usage(known)).toMatch(/--size <value> +second: how large/);
  expect(usage(known)).toMatch(/first +one thing/);
});

test('measurements are written in the shape that later releases are compared by', async () => {
  const file = join(tempDir(), 'out.json');
  await writeMeasurements(file, [
    measured('search_p50_ms', 12.34567, 'ms', { name: 'by hand', value: 40 }),
    measured('peak_mb', 700, 'MB'),
    relative('recall', 0.98765, 'share', 'exact scan'),
  ]);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([
    { metric: 'search_p50_ms', value: 12.35, unit: 'ms', reference: 'by hand: 40 ms', ratio: 0.3086 },
    { metric: 'peak_mb', value: 700, unit: 'MB', reference: null, ratio: null },
    { metric: 'recall', value: 0.9877, unit: 'share', reference: 'exact scan', ratio: 0.9877 },
  ]);
});

test('the table shows a figure with its unit and its reference', () => {
  const table = formatMeasurements([measured('start_s', 2, 's', { name: 'bare', value: 1 })]);
  expect(table.split('\n').at(-1)).toMatch(/^start_s +2 +s +2 +bare: 1 s$/);
});

test('a prepared folder is made once, and not at all when the preparation fails', async () => {
  const inputs = [tempDir()];
  let runs = 0;
  const prepare = async () => void runs++;
  await expect(cachedFolder('test', inputs, () => Promise.reject(new Error('half')))).rejects.toThrow('half');
  const folder = await cachedFolder('test', inputs, prepare);
  expect(await cachedFolder('test', inputs, prepare)).toBe(folder);
  expect(runs).toBe(1);
  expect(existsSync(folder)).toBe(true);
  await removeTempDir(folder);
});

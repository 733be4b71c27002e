import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from './histogram.js';

describe('a histogram', () => {
  test('gives quantiles that are at most 10 % off', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.002, max: 30_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (latencies, q) => {
          const histogram = new Histogram();
          for (const ms of latencies) histogram.add(ms);
          const sorted = latencies.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] as number;
          expect(Math.abs(histogram.quantile(q) / exact - 1)).toBeLessThan(0.1);
          expect([histogram.count, histogram.max]).toEqual([latencies.length, sorted.at(-1)]);
        },
      ),
    );
  });

  test('takes what is off its scale', () => {
    const histogram = new Histogram();
    expect(histogram.quantile(0.5)).toBe(0);
    histogram.add(0);
    histogram.add(1e9);
    expect([histogram.count, histogram.max]).toEqual([2, 1e9]);
    expect(histogram.quantile(0.99)).toBeGreaterThan(10_000);
  });
});

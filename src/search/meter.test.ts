import { expect, test } from 'vitest';
import { DURATION_BOUNDS } from './durations.js';
import { type MeteredSearch, SearchMeter } from './meter.js';

function searched(part: Partial<MeteredSearch> = {}): MeteredSearch {
  return { mode: 'hybrid', of: 'documents', totalMs: 10, phases: {}, ...part };
}

test('searches are counted by mode and by what was searched', () => {
  const meter = new SearchMeter();
  meter.note(searched());
  meter.note(searched());
  meter.note(searched({ mode: 'lexical' }));
  meter.note(searched({ of: 'rows' }));
  expect(meter.figures().searches).toEqual([
    { mode: 'hybrid', of: 'documents', searches: 2 },
    { mode: 'lexical', of: 'documents', searches: 1 },
    { mode: 'hybrid', of: 'rows', searches: 1 },
  ]);
});

test('those that came up short are counted by reason', () => {
  const meter = new SearchMeter();
  meter.note(searched());
  meter.note(searched({ short: 'filter' }));
  meter.note(searched({ short: 'filter' }));
  meter.note(searched({ mode: 'lexical', short: 'no-more-matches' }));
  expect(meter.figures().short).toEqual([
    { mode: 'hybrid', reason: 'filter', searches: 2 },
    { mode: 'lexical', reason: 'no-more-matches', searches: 1 },
  ]);
});

test('ways to the nearest are counted, one for each space', () => {
  const meter = new SearchMeter();
  meter.note(searched({ routes: ['exact', 'index'] }));
  meter.note(searched({ routes: ['index'] }));
  meter.note(searched());
  expect(meter.figures().routes).toEqual({ exact: 1, index: 2 });
});

test('quantiles are of the last thousand, buckets of all', () => {
  const meter = new SearchMeter();
  for (let ms = 0; ms < 5000; ms++) meter.note(searched({ totalMs: ms, phases: { lexical: ms / 10 } }));
  const { total, lexical } = meter.figures().durations;
  expect(total?.quantiles).toEqual({ '0.5': 4.5, '0.95': 4.95, '0.99': 4.99 });
  expect(total?.count).toBe(5000);
  expect(total?.sum).toBeCloseTo((4999 * 5000) / 2 / 1000, 6);
  expect(total?.atMost[DURATION_BOUNDS.indexOf(0.005)]).toBe(6);
  expect(total?.atMost[DURATION_BOUNDS.indexOf(1)]).toBe(1001);
  expect(total?.atMost.at(-1)).toBe(5000);
  expect(lexical?.quantiles['0.5']).toBeCloseTo(0.45, 9);
});

test('what took longer than the last bucket is in the count alone', () => {
  const meter = new SearchMeter();
  meter.note(searched({ totalMs: 60_000 }));
  expect(meter.figures().durations.total).toMatchObject({ count: 1, sum: 60 });
  expect(meter.figures().durations.total?.atMost.at(-1)).toBe(0);
});

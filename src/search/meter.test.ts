import { expect, test } from 'vitest';
import { SearchMeter } from './meter.js';

test('searches are counted by mode, and those that came up short', () => {
  const meter = new SearchMeter();
  meter.note('hybrid', 10, { lexical: 4 }, false);
  meter.note('hybrid', 20, { lexical: 6 }, true);
  meter.note('lexical', 1, {}, false);
  expect(meter.figures()).toMatchObject({ searches: { hybrid: 2, lexical: 1 }, short: { hybrid: 1 } });
});

test('quantiles are of the last thousand', () => {
  const meter = new SearchMeter();
  for (let ms = 0; ms < 5000; ms++) meter.note('hybrid', ms, {}, false);
  expect(meter.figures().seconds.total).toEqual({ '0.5': 4.5, '0.95': 4.95, '0.99': 4.99 });
});

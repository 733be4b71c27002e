import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planBatches } from './batches.js';

const anyLengths = fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 300 });

const paddedTokens = (lengths: readonly number[], batch: readonly number[]) =>
  batch.length * Math.max(...batch.map((place) => lengths[place] ?? 0));

describe('planBatches', () => {
  it('runs nothing for no windows', () => {
    expect(planBatches([])).toEqual([]);
  });

  it('puts every window into one batch, once', () => {
    fc.assert(
      fc.property(anyLengths, (lengths) => {
        const places = planBatches(lengths).flat();
        expect(places.toSorted((a, b) => a - b)).toEqual([...lengths.keys()]);
      }),
    );
  });

  it('keeps each batch within 512 tokens, padding included', () => {
    fc.assert(
      fc.property(anyLengths, (lengths) => {
        for (const batch of planBatches(lengths))
          expect(paddedTokens(lengths, batch)).toBeLessThanOrEqual(512);
      }),
    );
  });

  it('groups windows of like length, so that equal lengths need no padding', () => {
    const lengths = Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? 64 : 16));
    const padded = planBatches(lengths).map((batch) => paddedTokens(lengths, batch));
    expect(padded.reduce((sum, tokens) => sum + tokens, 0)).toBe(16 * 64 + 16 * 16);
  });
});

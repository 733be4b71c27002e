import { describe, expect, it, vi } from 'vitest';
import { measureRecall, recallAgainst } from './recall.js';

const ranked = (...scored: (readonly [id: string, score: number])[]) =>
  scored.map(([id, score]) => ({ id, score }));
const truth = ranked(['a', 0.9], ['b', 0.8], ['c', 0.7], ['d', 0.7], ['e', 0.1]);

describe('recallAgainst', () => {
  it('is the share of the true nearest that was found', () => {
    expect(recallAgainst(truth, ranked(['a', 0.9], ['b', 0.8], ['e', 0.1]), 3)).toBe(2 / 3);
    expect(recallAgainst(truth, truth, 5)).toBe(1);
    expect(recallAgainst(truth, [], 5)).toBe(0);
  });

  it('does not mind which of equals was found', () => {
    expect(recallAgainst(truth, ranked(['a', 0.9], ['b', 0.8], ['d', 0.7]), 3)).toBe(1);
  });

  it('is whole where there is less than was asked for, or nothing', () => {
    expect(recallAgainst(truth.slice(0, 2), truth.slice(0, 2), 10)).toBe(1);
    expect(recallAgainst([], [], 10)).toBe(1);
  });
});

describe('measureRecall', () => {
  it('asks every query both ways, and tells the mean and the worst', async () => {
    const exact = vi.fn(async () => truth);
    const approximate = async (query: string) => (query === 'bad' ? truth.slice(1) : truth);
    const onProgress = vi.fn();
    const sample = await measureRecall(['good', 'bad'], exact, approximate, { k: 2, onProgress });
    expect(sample).toMatchObject({ k: 2, queries: 2, mean: 0.75, worst: 0.5, incomplete: 1 });
    expect(sample.exactMs).toBeGreaterThanOrEqual(0);
    expect(exact.mock.calls).toEqual([
      ['good', 2],
      ['bad', 2],
    ]);
    expect(onProgress.mock.calls).toEqual([[1], [2]]);
  });

  it('of no queries has lost nothing', async () => {
    const search = async () => truth;
    expect(await measureRecall([], search, search)).toMatchObject({ mean: 1, worst: 1, exactMs: 0 });
  });
});

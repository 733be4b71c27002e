import { describe, expect, it } from 'vitest';
import { pairedTTest, randomisationTest } from './significance.js';

describe('randomisationTest', () => {
  it('tries every pattern of signs where there are few', () => {
    // Of the 8 sums ±1 ±2 ±3 two are as far from 0 as 6.
    expect(randomisationTest([1, 2, 3])).toEqual({ p: 2 / 8, permutations: 8, exact: true });
    // Four ±1 sum to ±4 in 1 way each, ±2 in 4 each and 0 in 6: 10 of 16 are as far from 0 as 2.
    expect(randomisationTest([1, 1, 1, -1])).toEqual({ p: 10 / 16, permutations: 16, exact: true });
  });

  it('is the same whichever is called the first, and however many queries stayed the same', () => {
    const { p } = randomisationTest([0.3, -0.1, 0.2, 0.4]);
    expect(randomisationTest([-0.3, 0.1, -0.2, -0.4]).p).toBe(p);
    expect(randomisationTest([0, 0.3, 0, -0.1, 0.2, 0.4, 0]).p).toBe(p);
  });

  it('counts sums as equal that differ by rounding alone', () => {
    // 0.1 + 0.2 is not 0.3, but as large.
    expect(randomisationTest([0.1, 0.2, -0.3]).p).toBe(1);
    expect(randomisationTest([0.1, 0.2, 0.3]).p).toBe(2 / 8);
  });

  it('sees no difference where there is none', () => {
    expect(randomisationTest([])).toMatchObject({ p: 1 });
    expect(randomisationTest([0, 0])).toMatchObject({ p: 1 });
  });

  it('draws patterns where there are many, the same in every run', () => {
    const differences = Array.from({ length: 40 }, (_, n) => ((n * 7919) % 13) / 10 - 0.5);
    const drawn = randomisationTest(differences);
    expect(drawn).toMatchObject({ permutations: 10_000, exact: false });
    expect(randomisationTest(differences)).toEqual(drawn);
  });

  it('draws what trying all would give', () => {
    const differences = [0.5, 0.2, -0.3, 0.1, 0.4, -0.2, 0.1, 0.3, -0.1, 0.2, 0.1, -0.4, 0.3, 0.1, 0.2];
    const total = Math.abs(differences.reduce((sum, value) => sum + value, 0)) - 1e-9;
    let asLarge = 0;
    for (let pattern = 0; pattern < 2 ** 15; pattern++) {
      const sum = differences.reduce((all, value, at) => all + ((pattern >> at) & 1 ? value : -value), 0);
      if (Math.abs(sum) >= total) asLarge++;
    }
    // Of 10,000 draws the share is within four standard errors.
    const p = asLarge / 2 ** 15;
    const error = 4 * Math.sqrt((p * (1 - p)) / 10_000);
    expect(Math.abs(randomisationTest(differences).p - p)).toBeLessThan(error);
  });

  it('never says that a difference is impossible', () => {
    expect(randomisationTest(new Array(50).fill(1)).p).toBeCloseTo(1 / 10_001, 12);
  });
});

describe('pairedTTest', () => {
  it('agrees with the distribution where it is known in closed form', () => {
    // One degree of freedom is Cauchy's distribution: beyond ±1 lies one half. Mean 1, variance 2, t = 1.
    const cauchy = pairedTTest([0, 2]);
    expect(cauchy).toMatchObject({ degreesOfFreedom: 1 });
    expect(cauchy.t).toBeCloseTo(1, 12);
    expect(cauchy.p).toBeCloseTo(0.5, 12);
    // Two degrees: p = 1 − t / √(2 + t²). Mean 2, variance 1, t = 2√3.
    const two = pairedTTest([1, 2, 3]);
    expect(two.t).toBeCloseTo(2 * Math.sqrt(3), 12);
    expect(two.p).toBeCloseTo(1 - Math.sqrt(12 / 14), 12);
  });

  it('agrees with SciPy', () => {
    // scipy.stats.ttest_1samp([1, 2, 3, 4, 5], 0) and of the others.
    expect(pairedTTest([1, 2, 3, 4, 5]).p).toBeCloseTo(0.01323559956368269, 12);
    const mixed = pairedTTest([0.1, -0.2, 0.3, 0, 0.5, 0.1]);
    expect(mixed.t).toBeCloseTo(1.348399724926484, 12);
    expect(mixed.p).toBeCloseTo(0.23538747727819012, 12);
  });

  it('has no t where all differences are equal, or there are fewer than two', () => {
    for (const differences of [[], [1], [0, 0], [2, 2, 2]]) {
      expect(pairedTTest(differences)).toMatchObject({ t: undefined, p: 1 });
    }
  });
});

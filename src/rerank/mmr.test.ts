import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MmrCandidate, mmr } from './mmr.js';

interface Named extends MmrCandidate {
  readonly id: string;
}

const at = (id: string, relevance: number, degrees: number): Named => {
  const angle = (degrees * Math.PI) / 180;
  return { id, relevance, vector: new Float32Array([Math.cos(angle), Math.sin(angle)]) };
};
const ids = (found: readonly Named[]) => found.map(({ id }) => id).join('');

/** What a candidate is worth after these were chosen: the definition, word for word. */
function worth(candidate: Named, chosen: readonly Named[], lambda: number): number {
  if (chosen.length === 0) return candidate.relevance;
  const nearest = Math.max(...chosen.map((other) => cosine(candidate.vector, other.vector)));
  return lambda * candidate.relevance - (1 - lambda) * nearest;
}

function cosine(a: Float32Array, b: Float32Array): number {
  const sum = (x: Float32Array, y: Float32Array) =>
    x.reduce((total, value, i) => total + value * (y[i] ?? 0), 0);
  return sum(a, b) / (Math.sqrt(sum(a, a) * sum(b, b)) || 1);
}

const candidates = fc.array(
  fc.record({
    relevance: fc.integer({ min: 0, max: 8 }).map((n) => n / 8),
    vector: fc
      .tuple(
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -3, max: 3 }),
      )
      .map((values) => Float32Array.from(values)),
  }),
  { maxLength: 9 },
);
const named = candidates.map((all) => all.map((each, n) => ({ ...each, id: `${n} ` })));
const lambdas = fc.constantFrom(0, 0.25, 0.5, 0.75, 1);

describe('maximal marginal relevance', () => {
  test('takes what is different before what says the same again', () => {
    const found = [at('a', 0.9, 0), at('b', 0.89, 1), at('c', 0.6, 80)];
    // After a: b is worth 0.5 · 0.89 − 0.5 · cos 1° = −0.055, c 0.5 · 0.6 − 0.5 · cos 80° = 0.213.
    expect(ids(mmr(found))).toBe('acb');
    // 0.9 · 0.89 − 0.1 · cos 1° = 0.701 against 0.9 · 0.6 − 0.1 · cos 80° = 0.523.
    expect(ids(mmr(found, { lambda: 0.9 }))).toBe('abc');
    expect(ids(mmr(found, { limit: 2 }))).toBe('ac');
  });

  test('chooses each time what is worth most of what is left', () => {
    fc.assert(
      fc.property(named, lambdas, fc.integer({ min: 1, max: 10 }), (all, lambda, limit) => {
        const found = mmr(all, { lambda, limit });
        expect(new Set(found).size).toBe(Math.min(limit, all.length));
        for (const [n, taken] of found.entries()) {
          const chosen = found.slice(0, n);
          const left = all.filter((candidate) => !chosen.includes(candidate));
          const most = Math.max(...left.map((candidate) => worth(candidate, chosen, lambda)));
          expect(worth(taken, chosen, lambda)).toBeGreaterThanOrEqual(most - 1e-9);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is the order of relevance with lambda 1, equals as they came', () => {
    fc.assert(
      fc.property(named, (all) => {
        expect(ids(mmr(all, { lambda: 1 }))).toBe(ids(all.toSorted((a, b) => b.relevance - a.relevance)));
      }),
    );
  });

  test('is the beginning of itself with a smaller limit', () => {
    fc.assert(
      fc.property(named, lambdas, fc.integer({ min: 1, max: 9 }), (all, lambda, limit) => {
        expect(ids(mmr(all, { lambda, limit }))).toBe(ids(mmr(all, { lambda }).slice(0, limit)));
      }),
    );
  });

  test('takes vectors of any length, and of zeros', () => {
    const long = { ...at('b', 0.8, 0), vector: new Float32Array([1000, 0]) };
    const zero = { ...at('c', 0.1, 0), vector: new Float32Array(2) };
    expect(ids(mmr([at('a', 0.9, 0), long, zero], { lambda: 0.5 }))).toBe('acb');
    expect(mmr([])).toEqual([]);
  });

  test.each([{ lambda: -0.1 }, { lambda: 1.1 }, { lambda: Number.NaN }, { limit: 0 }, { limit: 1.5 }])(
    'has no %j',
    (options) => {
      expect(() => mmr([at('a', 1, 0)], options)).toThrow(
        expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }),
      );
    },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanOver, ndcgAt, recallAt, reciprocalRankAt } from './metrics.js';
import type { RankedDocument } from './ranking.js';

function ranking(...ids: string[]): RankedDocument[] {
  return ids.map((id, at) => ({ id, score: -at }));
}

function grades(graded: Record<string, number>): Map<string, number> {
  return new Map(Object.entries(graded));
}

describe('ndcgAt', () => {
  it('agrees with trec_eval on the example of its Python wrapper', () => {
    // Query 0 judges doc_1 with 2; the run has doc_2 before it: "NDCG@5": 0.6309297535714575.
    expect(ndcgAt(5, ranking('doc_2', 'doc_1'), grades({ doc_1: 2 }))).toBeCloseTo(0.6309297535714575, 12);
  });

  it('agrees with the textbook example of graded relevance', () => {
    // Grades 3 2 3 0 1 2 in the order found, 3 and 2 not found: DCG 6.861, ideal 8.740, 0.785.
    const found = grades({ d1: 3, d2: 2, d3: 3, d4: 0, d5: 1, d6: 2, d7: 3, d8: 2 });
    expect(ndcgAt(6, ranking('d1', 'd2', 'd3', 'd4', 'd5', 'd6'), found)).toBeCloseTo(0.785, 3);
  });

  it('takes grades as linear gains', () => {
    const expected = (1 + 3 / Math.log2(3)) / (3 + 1 / Math.log2(3));
    expect(ndcgAt(10, ranking('low', 'high'), grades({ low: 1, high: 3 }))).toBeCloseTo(expected, 12);
  });

  it('gives nothing for documents behind the cut-off, without a judgement or with a negative grade', () => {
    expect(ndcgAt(1, ranking('a', 'b'), grades({ b: 1 }))).toBe(0);
    expect(ndcgAt(10, ranking('unknown'), grades({ b: 1 }))).toBe(0);
    expect(ndcgAt(10, ranking('spam', 'b'), grades({ spam: -2, b: 1 }))).toBeCloseTo(1 / Math.log2(3), 12);
  });

  it('is 1 for the best ranking even where more is relevant than the cut-off holds', () => {
    expect(ndcgAt(2, ranking('a', 'b'), grades({ a: 1, b: 1, c: 1 }))).toBe(1);
  });

  it('lies between 0 and 1, and is 1 for the ideal order', () => {
    const graded = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.integer({ min: -1, max: 3 }));
    fc.assert(
      fc.property(graded, fc.integer({ min: 1, max: 20 }), (judged, k) => {
        const known = grades(judged);
        const value = ndcgAt(k, ranking(...known.keys()), known);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        const best = [...known].toSorted((a, b) => b[1] - a[1]).map(([id]) => id);
        const relevant = [...known.values()].some((grade) => grade > 0);
        expect(ndcgAt(k, ranking(...best), known)).toBeCloseTo(relevant ? 1 : 0, 12);
      }),
    );
  });
});

describe('recallAt', () => {
  it('is the share of the relevant documents that was found', () => {
    const judged = grades({ a: 1, b: 2, c: 1, d: 1, e: 0 });
    expect(recallAt(3, ranking('a', 'x', 'b', 'c'), judged)).toBe(0.5);
    expect(recallAt(3, ranking('e'), judged)).toBe(0);
  });
});

describe('reciprocalRankAt', () => {
  it('is one divided by the rank of the first relevant document', () => {
    expect(reciprocalRankAt(10, ranking('x', 'y', 'a', 'b'), grades({ a: 1, b: 2 }))).toBeCloseTo(1 / 3, 12);
  });

  it('is 0 where that lies behind the cut-off', () => {
    expect(reciprocalRankAt(2, ranking('x', 'y', 'a'), grades({ a: 1 }))).toBe(0);
  });
});

describe('meanOver', () => {
  it('counts a query without results as 0', () => {
    const judgements = new Map([
      ['q1', grades({ a: 1 })],
      ['q2', grades({ b: 1 })],
    ]);
    expect(
      meanOver(judgements, new Map([['q1', ranking('a')]]), (found, known) => ndcgAt(10, found, known)),
    ).toBe(0.5);
  });
});

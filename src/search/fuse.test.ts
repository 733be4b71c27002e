import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuse } from './fuse.js';

const hit = (chunkId: number, score: number) => ({ chunkId, score });
const leg = fc.uniqueArray(
  fc.record({
    chunkId: fc.integer({ min: 1, max: 50 }),
    score: fc.double({ min: 0.001, max: 30, noNaN: true }),
  }),
  { selector: ({ chunkId }) => chunkId, maxLength: 30 },
);

describe('fusion', () => {
  test('adds BM25 over its maximum and the weighted cosine, and keeps the parts', () => {
    expect(fuse([hit(1, 8), hit(2, 4)], [hit(2, 0.5), hit(3, 0.9)], 0.2)).toEqual([
      { chunkId: 1, score: 1, lexical: 8, semantic: null },
      { chunkId: 2, score: 0.5 + 0.2 * 0.5, lexical: 4, semantic: 0.5 },
      { chunkId: 3, score: 0.2 * 0.9, lexical: null, semantic: 0.9 },
    ]);
  });

  test('of nothing is nothing', () => {
    expect(fuse([], [], 0.2)).toEqual([]);
  });

  test('breaks ties by the order of writing, so that a search repeats itself', () => {
    expect(fuse([hit(9, 2), hit(4, 2), hit(7, 2)], [], 0.2).map(({ chunkId }) => chunkId)).toEqual([4, 7, 9]);
  });

  test('keeps the order of one leg when the other found nothing', () => {
    const lexical = [hit(3, 9), hit(1, 5), hit(2, 1)];
    expect(fuse(lexical, [], 0.2).map(({ chunkId }) => chunkId)).toEqual([3, 1, 2]);
    expect(fuse([], lexical, 0.2).map(({ chunkId }) => chunkId)).toEqual([3, 1, 2]);
  });

  test('with weight 0 ranks what the words found as they found it', () => {
    const fused = fuse([hit(1, 3), hit(2, 9)], [hit(1, 0.99), hit(3, 0.98)], 0);
    expect(fused.map(({ chunkId }) => chunkId)).toEqual([2, 1, 3]);
  });

  test('returns each chunk of either leg once, best first, with finite scores', () => {
    fc.assert(
      fc.property(leg, leg, fc.double({ min: 0, max: 2, noNaN: true }), (lexical, semantic, weight) => {
        const fused = fuse(lexical, semantic, weight);
        const ids = fused.map(({ chunkId }) => chunkId).sort((a, b) => a - b);
        const expected = new Set([...lexical, ...semantic].map(({ chunkId }) => chunkId));
        expect(ids).toEqual([...expected].sort((a, b) => a - b));
        for (const [at, { score }] of fused.entries()) {
          expect(Number.isFinite(score)).toBe(true);
          expect(score).toBeLessThanOrEqual(fused[at - 1]?.score ?? Infinity);
        }
      }),
    );
  });
});

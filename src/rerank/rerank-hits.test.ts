import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { AquiferError } from '../errors/index.js';
import { rerankHits } from './rerank-hits.js';
import type { Reranker } from './reranker.js';

const hits = (...contents: string[]) => contents.map((content, id) => ({ id, content }));
const idsOf = (found: readonly { readonly id: number }[]) => found.map(({ id }) => id);

/** Judges a text by the number that it is. */
function numbers(): Reranker & { readonly rerank: ReturnType<typeof vi.fn> } {
  return { id: 'test:numbers', rerank: vi.fn(async (_, texts: readonly string[]) => texts.map(Number)) };
}

function failing(error: unknown): Reranker {
  return { id: 'test:broken', rerank: () => Promise.reject(error) };
}

describe('hits that are reranked', () => {
  test('are in the order of their new scores, equal ones as they came', async () => {
    const { hits: found, failure } = await rerankHits(numbers(), 'q', hits('2', '9', '2.0', '5'));
    expect(idsOf(found)).toEqual([1, 3, 0, 2]);
    expect(found.map(({ rerankScore }) => rerankScore)).toEqual([9, 5, 2, 2]);
    expect(failure).toBeUndefined();
  });

  test('beyond the depth follow in the order they had, without a score', async () => {
    const reranker = numbers();
    const { hits: found } = await rerankHits(reranker, 'q', hits('1', '2', '9', '8'), { depth: 2 });
    expect(found).toMatchObject([
      { id: 1, rerankScore: 2 },
      { id: 0, rerankScore: 1 },
      { id: 2, rerankScore: null },
      { id: 3, rerankScore: null },
    ]);
    expect(reranker.rerank).toHaveBeenCalledWith('q', ['1', '2'], undefined);
  });

  test('are judged once for equal texts, and not at all when there are none', async () => {
    const reranker = numbers();
    await rerankHits(reranker, 'q', hits('1', '1', '2'));
    expect(reranker.rerank).toHaveBeenCalledWith('q', ['1', '2'], undefined);
    expect(await rerankHits(reranker, 'q', [])).toEqual({ hits: [] });
    expect(reranker.rerank).toHaveBeenCalledTimes(1);
  });

  test('are the hits that came in, each once, whatever the scores', async () => {
    const scores = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(scores, fc.integer({ min: 1, max: 15 }), async (given, depth) => {
        const { hits: found } = await rerankHits(numbers(), 'q', hits(...given.map(String)), { depth });
        expect(idsOf(found).toSorted((a, b) => a - b)).toEqual(given.map((_, at) => at));
        const judged = found.flatMap(({ rerankScore }) => (rerankScore === null ? [] : [rerankScore]));
        expect(judged).toHaveLength(Math.min(depth, given.length));
        expect(judged).toEqual(judged.toSorted((a, b) => b - a));
      }),
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('have no depth of %d', async (depth) => {
    await expect(rerankHits(numbers(), 'q', hits('1'), { depth })).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
  });
});

describe('a reranker that fails', () => {
  const broken = new AquiferError('AQF_RERANK_FAILED', 'Out of order.');

  test('is an error, by itself', async () => {
    await expect(rerankHits(failing(broken), 'q', hits('1'))).rejects.toBe(broken);
  });

  test('is an error of this code, whatever it throws', async () => {
    await expect(rerankHits(failing(new TypeError('odd')), 'q', hits('1'))).rejects.toMatchObject({
      code: 'AQF_RERANK_FAILED',
      message: 'The reranker test:broken failed: odd.',
    });
  });

  test('leaves the order as it was when that is wanted, and the result says so', async () => {
    const { hits: found, failure } = await rerankHits(failing(broken), 'q', hits('1', '2'), {
      onFailure: 'keep-order',
    });
    expect(found).toEqual([
      { id: 0, content: '1', rerankScore: null },
      { id: 1, content: '2', rerankScore: null },
    ]);
    expect(failure).toBe(broken);
  });

  test.each([
    ['too few scores', [1]],
    ['too many', [1, 2, 3]],
    ['no numbers', [1, Number.NaN]],
  ])('is one that gives %s', async (_, scores) => {
    const odd: Reranker = { id: 'test:odd', rerank: async () => scores };
    await expect(rerankHits(odd, 'q', hits('a', 'b'))).rejects.toMatchObject({
      code: 'AQF_RERANK_FAILED',
      message: 'The reranker test:odd did not give each of 2 texts a score.',
    });
  });

  test('is not one whose caller gave up: his reason is thrown, whatever should happen on failure', async () => {
    const controller = new AbortController();
    const waiting: Reranker = {
      id: 'test:waiting',
      rerank: (_, __, { signal } = {}) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(new Error('the call was aborted'))),
        ),
    };
    const asked = rerankHits(waiting, 'q', hits('1'), { onFailure: 'keep-order', signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});

import { describe, expect, it } from 'vitest';
import { AquiferError } from '../errors/index.js';
import { checkedEmbedder } from './checked-embedder.js';
import type { Embedder } from './embedder.js';

const model = { id: 'test:two', dimensions: 2, maxTokens: 8, language: '*', fusionWeight: 0.5 };
const unit = Float32Array.of(0.6, 0.8);

function returning(passages: unknown, query: unknown = unit): Embedder {
  const embedder = { model, embedPassages: async () => passages, embedQuery: async () => query };
  return checkedEmbedder({ ...embedder, close: async () => {} } as Embedder);
}

describe('a checked embedder', () => {
  it('passes on what is right', async () => {
    const embedder = returning([[unit], [unit, unit]]);
    expect(await embedder.embedPassages(['one', 'two'])).toEqual([[unit], [unit, unit]]);
    expect(await embedder.embedQuery('one')).toBe(unit);
    expect(embedder.model).toBe(model);
  });

  it.each([
    ['nothing', undefined, 'returned no list for 1 passages'],
    ['too few passages', [], 'returned 0 for 1 passages'],
    ['too many passages', [[unit], [unit]], 'returned 2 for 1 passages'],
    ['a passage without a vector', [[]], 'at least one'],
    ['a vector where a list of them belongs', [unit], 'returned no list of vectors for a passage'],
    ['plain arrays', [[[0.6, 0.8]]], 'no Float32Array'],
    ['no number', [[Float32Array.of(Number.NaN, 1)]], 'of length NaN; expected length 1'],
    ['another length', [[Float32Array.of(3, 4)]], 'of length 5; expected length 1'],
    ['a vector of zeros', [[Float32Array.of(0, 0)]], 'of length 0; expected length 1'],
  ])('refuses %s', async (_, passages, message) => {
    await expect(returning(passages).embedPassages(['one'])).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_FAILED',
      message: expect.stringContaining(message),
    });
  });

  it('refuses other dimensions by a code of their own', async () => {
    await expect(returning([[Float32Array.of(1)]]).embedPassages(['one'])).rejects.toMatchObject({
      code: 'AQF_VECTOR_DIMENSIONS',
      message: 'The embedder test:two returned a vector of 1 dimensions; its model has 2.',
    });
  });

  it('gives each text its vectors or its error, where the embedder has no such call', async () => {
    const { embedEach: _, ...without } = returning([]);
    const embedder = checkedEmbedder({
      ...without,
      embedPassages: async (texts) => {
        if (!texts.includes('bad')) return texts.map(() => [unit]);
        throw new AquiferError('AQF_EMBEDDING_REFUSED', 'not this one');
      },
    });
    const each = await embedder.embedEach?.(['a', 'b', 'bad', 'c']);
    expect(each?.map(({ ok }) => ok)).toEqual([true, true, false, true]);
  });

  it('puts an error in the place of vectors that are wrong', async () => {
    const each = await returning([[Float32Array.of(1)]]).embedEach?.(['one']);
    expect(each).toMatchObject([{ ok: false, error: { code: 'AQF_VECTOR_DIMENSIONS' } }]);
  });

  it('refuses a question without a vector', async () => {
    await expect(returning([], null).embedQuery('one')).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_FAILED',
    });
  });

  it('gives foreign errors a code and leaves its own as they are', async () => {
    const throwing = (error: unknown) =>
      checkedEmbedder({ ...returning([]), embedQuery: () => Promise.reject(error) }).embedQuery('one');
    await expect(throwing(new Error('quota spent'))).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_FAILED',
      message: 'The embedder test:two failed: quota spent.',
    });
    const own = new AquiferError('AQF_ARGUMENT_INVALID', 'blank');
    await expect(throwing(own)).rejects.toBe(own);
  });
});

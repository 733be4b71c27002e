import { describe, expect, test } from 'vitest';
import { createCache } from '../../src/cache/index.js';
import { embedderConformance } from '../../src/embeddings/conformance.js';
import { createBuiltinEmbedder, type Embedder } from '../../src/embeddings/index.js';
import { cachedEmbedder } from '../../src/results/index.js';

const MODEL = { id: 'test:letters', dimensions: 4, maxTokens: 8, language: '*', fusionWeight: 0.2 };

/** Counts letters: one window for each line. */
function letters(model = MODEL) {
  const calls: string[][] = [];
  const vector = (text: string) => {
    const raw = Array.from({ length: model.dimensions }, (_, i) => 1 + (text.charCodeAt(i) || 0));
    return new Float32Array(raw.map((value) => value / Math.hypot(...raw)));
  };
  const embedder: Embedder = {
    model,
    embedPassages: async (texts) => {
      calls.push([...texts]);
      return texts.map((text) => text.split('\n').map(vector));
    },
    embedQuery: async (text) => {
      calls.push([text]);
      return vector(text);
    },
    close: async () => undefined,
  };
  return { embedder, calls };
}

describe('a cached embedder', () => {
  test('asks the model once for all that it does not know, each text once', async () => {
    const { embedder, calls } = letters();
    const cached = cachedEmbedder(embedder, await createCache());
    await cached.embedPassages(['a', 'b\nc']);
    const texts = ['d', 'b\nc', 'a', 'e', 'd'];
    const vectors = await cached.embedPassages(texts);
    expect(calls).toEqual([
      ['a', 'b\nc'],
      ['d', 'e'],
    ]);
    expect(vectors).toEqual(await letters().embedder.embedPassages(texts));
    expect(cached.figures()).toEqual({ texts: 7, hits: 3, misses: 4, calls: 2 });
  });

  test('keeps questions and passages of the same text apart', async () => {
    const { embedder, calls } = letters();
    const cached = cachedEmbedder(embedder, await createCache());
    await cached.embedPassages(['a']);
    expect(await cached.embedQuery('a')).toEqual(await cached.embedQuery('a'));
    expect(calls).toHaveLength(2);
  });

  test.each([
    ['another id', { ...MODEL, id: 'test:other' }, ''],
    ['other dimensions', { ...MODEL, dimensions: 3 }, ''],
    ['another window', { ...MODEL, maxTokens: 9 }, ''],
    ['another revision', MODEL, '2'],
  ])('never serves vectors of a model with %s', async (_, model, revision) => {
    const cache = await createCache();
    const before = cachedEmbedder(letters().embedder, cache);
    await before.embedPassages(['a']);
    await before.embedQuery('a');
    const { embedder, calls } = letters(model);
    const cached = cachedEmbedder(embedder, cache, { revision });
    expect((await cached.embedPassages(['a']))[0]?.[0]).toHaveLength(model.dimensions);
    expect(await cached.embedQuery('a')).toHaveLength(model.dimensions);
    expect(calls).toHaveLength(2);
  });

  test('takes texts for different that differ in anything', async () => {
    const { embedder, calls } = letters();
    const cached = cachedEmbedder(embedder, await createCache());
    for (const text of ['a', 'a ', 'A', 'á', 'a\u0301', '\ud83d', '\ufffd']) await cached.embedQuery(text);
    expect(calls).toHaveLength(7);
  });

  test.each([
    ['too few', async () => []],
    ['none for a text', async () => [[]]],
    ['of another length', async () => [[new Float32Array([1, 0, 0])]]],
    ['that are no unit vectors', async () => [[new Float32Array([1, 1, 0, 0])]]],
  ])('keeps no vectors %s', async (_, embedPassages) => {
    const cache = await createCache();
    const wrong = cachedEmbedder({ ...letters().embedder, embedPassages }, cache);
    await expect(wrong.embedPassages(['a'])).rejects.toMatchObject({
      code: expect.stringMatching(/^AQF_(EMBEDDING_FAILED|VECTOR_DIMENSIONS)$/),
    });
    const { embedder, calls } = letters();
    await cachedEmbedder(embedder, cache).embedPassages(['a']);
    expect(calls).toHaveLength(1);
  });

  test('keeps nothing of a call that failed', async () => {
    const { embedder } = letters();
    let fails = true;
    const flaky: Embedder = {
      ...embedder,
      embedPassages: (texts) => (fails ? Promise.reject(new Error('busy')) : embedder.embedPassages(texts)),
    };
    const cached = cachedEmbedder(flaky, await createCache());
    await expect(cached.embedPassages(['a'])).rejects.toThrow('busy');
    fails = false;
    expect(await cached.embedPassages(['a'])).toHaveLength(1);
  });
});

embedderConformance('cached', async () => cachedEmbedder(createBuiltinEmbedder(), await createCache()));

import { beforeEach, describe, expect, test } from 'vitest';
import {
  type SeedVectorStore,
  seedEmbeddingService,
  seedVectorStore,
} from '../../src/adapters/seeds/index.js';
import type { Embedder } from '../../src/embeddings/index.js';
import { MemoryVectorStore } from '../../src/vectors/conformance/memory-store.js';
import { embedWords, WORD_SPACE } from './words.js';

describe('a vector store by user and document', () => {
  let store: MemoryVectorStore;
  let seeds: SeedVectorStore;

  beforeEach(() => {
    store = new MemoryVectorStore();
    seeds = seedVectorStore({ store, space: WORD_SPACE });
  });

  async function write(user: string, document: string, ...texts: string[]): Promise<void> {
    await seeds.createEmbeddings(user, document, texts.map(embedWords), texts);
  }

  async function found(user: string, question: string): Promise<string[]> {
    return (await seeds.queryEmbeddings(embedWords(question), user)).map(({ text }) => text);
  }

  test('finds the nearest texts of the user, nearest first', async () => {
    await write('ann', 'fruit', 'red apple', 'yellow banana');
    await write('bob', 'fruit', 'red apple of bob');
    const hits = await seeds.queryEmbeddings(embedWords('red apple'), 'ann', 1);
    expect(hits).toEqual([
      { id: 'fruit#0', documentId: 'fruit', text: 'red apple', score: expect.closeTo(1) },
    ]);
    expect(await found('bob', 'red apple')).toEqual(['red apple of bob']);
    expect(await found('eve', 'red apple')).toEqual([]);
  });

  test('has of a document what was written last, and no more', async () => {
    await write('ann', 'a', 'one', 'two', 'three');
    await write('ann', 'b', 'other');
    await write('ann', 'a', 'four');
    expect((await found('ann', 'four')).sort()).toEqual(['four', 'other']);
    await write('ann', 'a');
    expect(await found('ann', 'four')).toEqual(['other']);
  });

  test('deletes a document of one user only', async () => {
    await write('ann', 'same', 'of ann');
    await write('bob', 'same', 'of bob');
    await seeds.forUser('ann').deleteEmbeddingsByDocumentId('same');
    expect(await found('ann', 'of')).toEqual([]);
    expect(await found('bob', 'of')).toEqual(['of bob']);
  });

  test('deletes by document alone where something tells whose it is', async () => {
    await write('ann', 'same', 'of ann');
    await write('bob', 'same', 'of bob');
    await expect(seeds.deleteEmbeddingsByDocumentId('same')).rejects.toMatchObject({
      code: 'AQF_SCOPE_MISSING',
    });
    const owners: Record<string, string> = { same: 'bob' };
    const owned = seedVectorStore({ store, space: WORD_SPACE, ownerOf: async (id) => owners[id] });
    await owned.deleteEmbeddingsByDocumentId('same');
    await owned.deleteEmbeddingsByDocumentId('of nobody');
    expect(await found('ann', 'of')).toEqual(['of ann']);
    expect(await found('bob', 'of')).toEqual([]);
  });

  test('refuses users that are none, and vectors without texts', async () => {
    await expect(write('', 'a', 'x')).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING' });
    await expect(write("' or true", 'a', 'x')).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    await expect(seeds.createEmbeddings('ann', 'a', [[1]], [])).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
    await expect(seeds.createEmbeddings('ann', 'a', [[1]], ['x'])).rejects.toMatchObject({
      code: 'AQF_VECTOR_DIMENSIONS',
    });
  });

  test('says whether it can be reached', async () => {
    expect(await seeds.isAvailable()).toBe(true);
    store.isAvailable = async () => false;
    expect(await seeds.isAvailable()).toBe(false);
  });
});

describe('an embedding service', () => {
  const service = seedEmbeddingService({ embedder: wordEmbedder(), tenantId: 'ann' });

  test('cuts a text into passages that together are the text, and embeds each', async () => {
    const text = Array.from({ length: 200 }, (_, n) => `Sentence ${n} is about word${n}.`).join(' ');
    const { embeddings, texts } = await service.getEmbeddingsForText(text);
    expect(texts.length).toBeGreaterThan(3);
    expect(embeddings.map((vector) => vector.length)).toEqual(texts.map(() => WORD_SPACE.dimensions));
    for (let n = 0; n < 200; n++) expect(texts.some((passage) => passage.includes(`word${n}.`))).toBe(true);
    expect(await service.getEmbeddingsForText(' \n ')).toEqual({ embeddings: [], texts: [] });
  });

  test('embeds a question as what it would find', async () => {
    const { embeddings } = await service.getEmbeddingsForText('red apple');
    expect(await service.getEmbeddingsForQuery('red apple')).toEqual(embeddings[0]);
  });

  test('embeds objects, of some kinds by a model of their own', async () => {
    const own = seedEmbeddingService({
      embedder: wordEmbedder(),
      embedderOf: (type) => (type === 'image' ? wordEmbedder(() => [new Float32Array([0, 1])]) : undefined),
    });
    expect(await own.getEmbeddings('image', ['a', 'b'])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect((await own.getEmbeddings('message', ['a']))[0]).toHaveLength(WORD_SPACE.dimensions);
    expect(await own.getEmbeddings('message', [])).toEqual([]);
  });

  test('gives one vector of length one for a text of several windows', async () => {
    const windows = [new Float32Array([1, 0]), new Float32Array([0, 1])];
    const own = seedEmbeddingService({ embedder: wordEmbedder(() => windows) });
    const half = expect.closeTo(Math.SQRT1_2);
    expect(await own.getEmbeddings('message', ['long'])).toEqual([[half, half]]);
  });
});

function wordEmbedder(windowsOf = (text: string) => [Float32Array.from(embedWords(text))]): Embedder {
  return {
    model: {
      id: WORD_SPACE.model,
      dimensions: WORD_SPACE.dimensions,
      maxTokens: 64,
      language: 'en',
      fusionWeight: 1,
    },
    embedPassages: async (texts) => texts.map(windowsOf),
    embedQuery: async (text) => Float32Array.from(embedWords(text)),
    close: async () => {},
  };
}

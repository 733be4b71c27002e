import { Document } from '@langchain/core/documents';
import { beforeEach, describe, expect, test } from 'vitest';
import { AquiferVectorStore, bindVectors } from '../../src/adapters/langchain/index.js';
import { MemoryVectorStore } from '../../src/vectors/conformance/memory-store.js';
import { WORD_SPACE, WordEmbeddings } from './words.js';

const FRUIT = [
  new Document({
    id: 'a',
    pageContent: 'red apple',
    metadata: { source: 'one', year: 2024, loc: { line: 3 } },
  }),
  new Document({
    id: 'b',
    pageContent: 'red apple tart',
    metadata: { source: 'one', year: 2025, tags: ['x', 'y'] },
  }),
  new Document({ id: 'c', pageContent: 'yellow banana', metadata: { source: 'two', year: 2025 } }),
];

describe('the vector store for LangChain', () => {
  let shared: MemoryVectorStore;
  let embeddings: WordEmbeddings;
  let store: AquiferVectorStore;

  beforeEach(() => {
    shared = new MemoryVectorStore();
    embeddings = new WordEmbeddings();
    store = of('one');
  });

  function of(tenantId: string): AquiferVectorStore {
    const vectors = bindVectors(shared, { kind: 'tenant', tenantId }, WORD_SPACE);
    return new AquiferVectorStore(embeddings, { vectors, documentKey: 'source' });
  }

  async function found(question: string, filter?: AquiferVectorStore['FilterType']): Promise<string[]> {
    return (await store.similaritySearch(question, 10, filter)).map(({ id }) => id ?? '');
  }

  test('finds the nearest documents first, with their similarity', async () => {
    expect(await store.addDocuments(FRUIT)).toEqual(['a', 'b', 'c']);
    const hits = await store.similaritySearchWithScore('red apple', 2);
    expect(hits.map(([{ id }]) => id)).toEqual(['a', 'b']);
    expect(hits[0]?.[1]).toBeCloseTo(1);
  });

  test('gives back metadata as they were, nested ones too', async () => {
    await store.addDocuments(FRUIT);
    const [first] = await store.similaritySearch('red apple', 1);
    expect(first).toEqual(FRUIT[0]);
  });

  test('takes filters of Aquifer', async () => {
    await store.addDocuments(FRUIT);
    expect(await found('red apple', { year: { gte: 2025 } })).toEqual(['b', 'c']);
    expect(await found('red apple', { or: [{ tags: 'x' }, { source: 'two' }] })).toEqual(['b', 'c']);
    await expect(found('red apple', { year: { $gte: 2025 } } as never)).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
      facts: { path: 'filter.year' },
    });
  });

  test('replaces what was stored under an id, and makes ids where there are none', async () => {
    await store.addDocuments([FRUIT[0] as Document], { ids: ['z'] });
    await store.addDocuments([FRUIT[2] as Document], { ids: ['z'] });
    expect(await found('red apple')).toEqual(['z']);
    const [made] = await store.addDocuments([new Document({ pageContent: 'grape' })]);
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('writes vectors that were made elsewhere', async () => {
    await store.addVectors(await embeddings.embedDocuments(['kiwi']), [
      new Document({ id: 'k', pageContent: 'kiwi' }),
    ]);
    expect(await found('kiwi')).toEqual(['k']);
    await expect(store.addVectors([], FRUIT)).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    await expect(store.addVectors([[1]], [FRUIT[0] as Document])).rejects.toMatchObject({
      code: 'AQF_VECTOR_DIMENSIONS',
    });
  });

  test('embeds many documents in batches, one after the other', async () => {
    const many = Array.from({ length: 600 }, (_, n) => new Document({ id: `${n}`, pageContent: `word${n}` }));
    expect(await store.addDocuments(many)).toHaveLength(600);
    expect(embeddings.embedded).toBe(600);
    expect(await shared.count({ kind: 'tenant', tenantId: 'one' }, WORD_SPACE)).toBe(600);
  });

  test('chooses documents that are not alike', async () => {
    await store.addDocuments([...FRUIT, new Document({ id: 'd', pageContent: 'red apple', metadata: {} })]);
    const alike = await store.similaritySearch('red apple', 2);
    expect(alike.map(({ id }) => id)).toEqual(['a', 'd']);
    const diverse = await store.maxMarginalRelevanceSearch('red apple', { k: 2, lambda: 0.1 });
    expect(diverse.map(({ id }) => id)).toEqual(['a', 'c']);
    const filtered = await store.maxMarginalRelevanceSearch('red apple', { k: 2, filter: { year: 2025 } });
    expect(filtered.map(({ id }) => id)).toEqual(['b', 'c']);
  });

  test('is a retriever, of similar and of diverse documents', async () => {
    await store.addDocuments(FRUIT);
    const similar = await store.asRetriever({ k: 1, filter: { source: 'two' } }).invoke('red apple');
    expect(similar.map(({ id }) => id)).toEqual(['c']);
    const diverse = await store.asRetriever({ k: 2, searchType: 'mmr' }).invoke('yellow banana');
    expect(diverse).toHaveLength(2);
  });

  test('deletes what is named, and nothing where it is not clear what is meant', async () => {
    await store.addDocuments(FRUIT);
    for (const unclear of [undefined, {}, { filter: {} }, { ids: ['a'], all: true as const }]) {
      await expect(store.delete(unclear)).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    }
    expect(await found('red')).toHaveLength(3);
    await store.delete({ ids: ['a'] });
    expect((await found('red')).sort()).toEqual(['b', 'c']);
    await store.delete({ documentIds: ['two'] });
    expect(await found('red')).toEqual(['b']);
    await store.delete({ filter: { year: 2025 } });
    expect(await found('red')).toEqual([]);
  });

  test('sees and deletes nothing of another tenant', async () => {
    await store.addDocuments(FRUIT);
    const other = of('two');
    expect(await other.similaritySearch('red apple', 10)).toEqual([]);
    await other.delete({ ids: ['a'] });
    await other.delete({ all: true });
    expect(await found('red')).toHaveLength(3);
  });

  test('is made from texts or documents in one call', async () => {
    const vectors = bindVectors(shared, { kind: 'tenant', tenantId: 'made' }, WORD_SPACE);
    const made = await AquiferVectorStore.fromTexts(['plum', 'pear'], [{ n: 1 }, { n: 2 }], embeddings, {
      vectors,
    });
    const [first] = await made.similaritySearch('pear', 1);
    expect(first).toMatchObject({ pageContent: 'pear', metadata: { n: 2 } });
  });

  test('tells nothing of what it stands on when it is serialised', () => {
    expect(JSON.stringify(store)).not.toContain('tenant');
  });
});

import { Document } from '@langchain/core/documents';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AquiferVectorStore, bindVectors } from '../../src/adapters/langchain/index.js';
import { seedVectorStore } from '../../src/adapters/seeds/index.js';
import { pgvectorStore } from '../../src/vectors/pgvector/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { embedWords, WORD_SPACE, WordEmbeddings } from './words.js';

await describeOnEachDatabase('adapters on pgvector', (open) => {
  let database: OpenedDatabase;

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  function storeOf(tenantId: string): AquiferVectorStore {
    const vectors = bindVectors(pgvectorStore(database.provider), { kind: 'tenant', tenantId }, WORD_SPACE);
    return new AquiferVectorStore(new WordEmbeddings(), { vectors, documentKey: 'source' });
  }

  test('keep documents of LangChain with their metadata, filter them and choose diverse ones', async () => {
    const store = storeOf('one');
    const documents = [
      new Document({
        id: 'a',
        pageContent: 'red apple',
        metadata: { source: 's', year: 2024, loc: { line: 1 } },
      }),
      new Document({
        id: 'b',
        pageContent: 'red apple pie',
        metadata: { source: 's', year: 2025, tags: ['x'] },
      }),
      new Document({
        id: 'c',
        pageContent: 'green pear',
        metadata: { source: 't', "it's": '"; drop table' },
      }),
    ];
    await store.addDocuments(documents);
    expect(await store.similaritySearch('red apple', 1)).toEqual([documents[0]]);
    expect(await store.similaritySearch('red', 5, { year: { exists: false } })).toEqual([documents[2]]);
    expect(await store.similaritySearch('red', 5, { "it's": '"; drop table' })).toEqual([documents[2]]);
    expect(await store.similaritySearch('red', 5, { "it's": { contains: "' or true --" } })).toEqual([]);
    const diverse = await store.maxMarginalRelevanceSearch('red apple', { k: 2, lambda: 0.1 });
    expect(diverse.map(({ id }) => id)).toEqual(['a', 'c']);
    await store.delete({ filter: { not: { source: 't' } } });
    expect(await store.similaritySearch('red', 5)).toEqual([documents[2]]);
    expect(await storeOf('two').similaritySearch('red', 5)).toEqual([]);
  });

  test('keep embeddings by user and document', async () => {
    const seeds = seedVectorStore({ store: pgvectorStore(database.provider), space: WORD_SPACE });
    const texts = ['red apple', 'green pear'];
    await seeds.createEmbeddings('ann', 'fruit', texts.map(embedWords), texts);
    await seeds.createEmbeddings('bob', 'fruit', texts.map(embedWords), texts);
    await seeds.createEmbeddings('ann', 'fruit', [embedWords('plum')], ['plum']);
    const found = async (user: string) =>
      (await seeds.queryEmbeddings(embedWords('plum'), user)).map(({ text }) => text);
    expect(await found('ann')).toEqual(['plum']);
    await seeds.forUser('ann').deleteEmbeddingsByDocumentId('fruit');
    expect(await found('ann')).toEqual([]);
    expect(await found('bob')).toHaveLength(2);
  });
});

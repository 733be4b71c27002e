import { Document } from '@langchain/core/documents';
import { index } from '@langchain/core/indexing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AquiferRecordManager, AquiferVectorStore, bindVectors } from '../../src/adapters/langchain/index.js';
import type { QueryResult, Row } from '../../src/relational/index.js';
import { pgvectorStore } from '../../src/vectors/pgvector/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { WORD_SPACE, WordEmbeddings } from './words.js';

await describeOnEachDatabase('index() of LangChain', (open) => {
  let database: OpenedDatabase;
  let tests = 0;
  let tenantId: string;
  let embeddings: WordEmbeddings;
  let vectorStore: AquiferVectorStore;
  let recordManager: AquiferRecordManager;

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  beforeEach(() => {
    tests += 1;
    tenantId = `tenant${tests}`;
    embeddings = new WordEmbeddings();
    const vectors = bindVectors(pgvectorStore(database.provider), { kind: 'tenant', tenantId }, WORD_SPACE);
    vectorStore = new AquiferVectorStore(embeddings, { vectors });
    recordManager = managerOf(tenantId);
  });

  function managerOf(tenant: string): AquiferRecordManager {
    const scope = {
      query: <R extends Row>(text: string, values?: readonly unknown[]): Promise<QueryResult<R>> =>
        database.provider.query<R>({ kind: 'tenant', tenantId: tenant }, { text, ...(values && { values }) }),
    };
    return new AquiferRecordManager({ scope, namespace: 'words' });
  }

  function run(docsSource: Document[], cleanup?: 'full' | 'incremental') {
    const options = { sourceIdKey: 'source', batchSize: 2, cleanupBatchSize: 1, ...(cleanup && { cleanup }) };
    return index({ docsSource, recordManager, vectorStore, options });
  }

  async function stored(): Promise<string[]> {
    const all = await vectorStore.similaritySearch('x', 100);
    return all.map(({ pageContent }) => pageContent).sort();
  }

  test('embeds nothing twice', async () => {
    const documents = [page('one', 'apple'), page('one', 'pear'), page('two', 'plum')];
    expect(await run(documents)).toEqual(result({ numAdded: 3 }));
    expect(await run([...documents, page('two', 'fig')])).toEqual(result({ numAdded: 1, numSkipped: 3 }));
    expect(embeddings.embedded).toBe(4);
    expect(await stored()).toEqual(['apple', 'fig', 'pear', 'plum']);
  });

  test('removes what a source no longer has, and leaves other sources (incremental)', async () => {
    await run([page('one', 'apple'), page('one', 'pear'), page('two', 'plum')], 'incremental');
    const changed = await run([page('one', 'apple'), page('one', 'quince')], 'incremental');
    expect(changed).toEqual(result({ numAdded: 1, numSkipped: 1, numDeleted: 1 }));
    expect(await stored()).toEqual(['apple', 'plum', 'quince']);
  });

  test('removes what no source has any more (full)', async () => {
    await run([page('one', 'apple'), page('one', 'pear'), page('two', 'plum'), page('two', 'fig')], 'full');
    expect(await run([page('two', 'plum')], 'full')).toEqual(result({ numSkipped: 1, numDeleted: 3 }));
    expect(await stored()).toEqual(['plum']);
    expect(await run([], 'full')).toEqual(result({ numDeleted: 1 }));
    expect(await stored()).toEqual([]);
  });

  test('remembers for each tenant by itself', async () => {
    await recordManager.update(['k'], { groupIds: ['g'] });
    const other = managerOf('another');
    expect(await other.exists(['k'])).toEqual([false]);
    await other.deleteKeys(['k']);
    expect(await recordManager.exists(['none', 'k'])).toEqual([false, true]);
  });

  test('lists keys by time and group', async () => {
    await recordManager.update(['a', 'b'], { groupIds: ['g', null] });
    const between = await recordManager.getTime();
    await recordManager.update(['c'], { groupIds: ['g'] });
    expect(await recordManager.listKeys({ before: between })).toEqual(['a', 'b']);
    expect(await recordManager.listKeys({ after: between })).toEqual(['c']);
    expect(await recordManager.listKeys({ groupIds: ['g'] })).toEqual(['a', 'c']);
    expect(await recordManager.listKeys({ groupIds: [null] })).toEqual(['b']);
    expect(await recordManager.listKeys({ limit: 1 })).toEqual(['a']);
    await recordManager.update(['a']);
    expect(await recordManager.listKeys({ after: between, groupIds: ['g'] })).toEqual(['c', 'a']);
  });

  test('takes no time before that of the run for new, and no groups that do not fit', async () => {
    const future = (await recordManager.getTime()) + 60_000;
    await expect(recordManager.update(['a'], { timeAtLeast: future })).rejects.toMatchObject({
      code: 'AQF_QUERY_FAILED',
    });
    expect(await recordManager.exists(['a'])).toEqual([false]);
    await expect(recordManager.update(['a', 'b'], { groupIds: ['g'] })).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
  });
});

function page(source: string, pageContent: string): Document {
  return new Document({ pageContent, metadata: { source } });
}

function result(some: object): object {
  return { numAdded: 0, numDeleted: 0, numUpdated: 0, numSkipped: 0, ...some };
}

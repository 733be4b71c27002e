import { RunnableLambda } from '@langchain/core/runnables';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AquiferRetriever } from '../../src/adapters/langchain/index.js';
import type { DataLayer } from '../../src/layer/index.js';
import { openLayer } from '../support/layer.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

let folder: string;
let layer: DataLayer;

beforeAll(async () => {
  folder = makeTempDir();
  layer = await openLayer(folder);
  const scope = layer.scope({ tenantId: 'one' });
  await scope.documents.ingest({
    text: 'The pump is primed with oil before it is started.',
    source: 'manual',
    metadata: { kind: 'manual', title: 'overridden' },
  });
  await scope.documents.ingest({
    text: 'Herring swim in large schools.',
    source: 'fish',
    metadata: { kind: 'book' },
  });
});

afterAll(async () => {
  await layer.close();
  await removeTempDir(folder);
});

test('a scope is a retriever in a chain of LangChain, with citations in the metadata', async () => {
  const retriever = new AquiferRetriever({ source: layer.scope({ tenantId: 'one' }), options: { limit: 1 } });
  const [found] = await retriever.invoke('How is the pump primed?');
  expect(found).toMatchObject({
    pageContent: 'The pump is primed with oil before it is started.',
    metadata: { kind: 'manual', source: 'manual', ordinal: 0, page: null, score: expect.any(Number) },
  });
  expect(found?.metadata.title).not.toBe('overridden');
  const chain = retriever.pipe(RunnableLambda.from((documents) => documents.length));
  expect(await chain.invoke('herring')).toBe(1);
});

test('the options of the search are those of the retriever', async () => {
  const options = { filter: { kind: 'book' }, mode: 'lexical' } as const;
  const retriever = new AquiferRetriever({ source: layer.scope({ tenantId: 'one' }), options });
  expect(await retriever.invoke('pump')).toEqual([]);
  expect(await retriever.invoke('herring')).toHaveLength(1);
});

test('a retriever finds nothing of another tenant', async () => {
  const retriever = new AquiferRetriever({ source: layer.scope({ tenantId: 'two' }) });
  expect(await retriever.invoke('How is the pump primed?')).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder } from '../../src/embeddings/index.js';
import { createDataLayer, type DataLayer } from '../../src/layer/index.js';
import { serviceAvailable } from '../services/services.js';
import { address, type DataApiStack, startDataApi } from '../support/data-api/index.js';

const available = await serviceAvailable('postgres');
const TEXT = `# Tides

The moon pulls the sea towards it, and the water rises twice a day.

# Bread

Yeast turns sugar into gas, and the dough rises once.`;

describe.skipIf(!available)('a data layer on Aurora', () => {
  let stack: DataApiStack;
  let layer: DataLayer;
  beforeAll(async () => {
    stack = await startDataApi();
    const relational = { provider: 'aurora' as const, aurora: address(stack.fake) };
    layer = await createDataLayer({ relational }, { env: {}, file: false });
  });
  afterAll(async () => {
    await layer.close();
    await stack.close();
  });

  test('ingests a text and finds it, for the tenant it belongs to and no other', async () => {
    const coast = layer.scope({ tenantId: 'coast' });
    await coast.documents.ingest({ source: 'nature.md', text: TEXT });
    const [found] = await coast.search('why does the water rise?');
    expect(found).toMatchObject({ source: 'nature.md' });
    expect(await coast.documents.list()).toHaveLength(1);
    expect(await layer.scope({ tenantId: 'inland' }).search('why does the water rise?')).toEqual([]);
  });

  test('ingests a text whose vectors are more than one call can carry', async () => {
    const relational = { provider: 'aurora' as const, aurora: address(stack.fake) };
    const other = await createDataLayer(
      { relational, embedder: manyWindows(1200) },
      { env: {}, file: false },
    );
    const { status } = await other
      .scope({ tenantId: 'sea' })
      .documents.ingest({ source: 'waves.txt', text: 'Waves.' });
    expect(status).toBe('added');
    const [found] = await other.scope({ tenantId: 'sea' }).search('waves');
    expect(found).toMatchObject({ source: 'waves.txt' });
    await other.close();
  });
});

/** Gives every passage so many windows: with 512 numbers each, as text some 6 MB for 1,200. */
function manyWindows(windows: number): Embedder {
  const model = { id: 'test:many', dimensions: 512, maxTokens: 1, language: '*', fusionWeight: 0.2 };
  const vector = (seed: number) => {
    const raw = Float32Array.from({ length: model.dimensions }, (_, at) => Math.sin(seed + at * 1.7));
    const length = Math.hypot(...raw);
    return raw.map((number) => number / length);
  };
  return {
    model,
    embedPassages: async (texts) =>
      texts.map(() => Array.from({ length: windows }, (_, seed) => vector(seed))),
    embedQuery: async () => vector(0),
    close: async () => undefined,
  };
}

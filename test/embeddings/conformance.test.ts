import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { embedderConformance } from '../../src/embeddings/conformance.js';
import { openEmbedder } from '../../src/embeddings/index.js';
import { FakeProvider, registry } from './fake-provider.js';
import { MINILM, minilmLacking } from './models.js';

describe('behind HTTP', () => {
  let provider: FakeProvider;
  beforeAll(async () => {
    provider = await FakeProvider.start();
  });
  afterAll(() => provider.stop());

  embedderConformance('openai', () =>
    openEmbedder('openai:words', { registry, baseUrl: `${provider.url}/v1`, batchTexts: 5 }),
  );
  embedderConformance('ollama', () => openEmbedder('ollama:words', { registry, baseUrl: provider.url }));
});

describe.skipIf(minilmLacking)('in this process', () => {
  embedderConformance('all-MiniLM-L6-v2 by Transformers.js', () => openEmbedder(`transformers:${MINILM}`));

  it('knows what the model is, from its folder', async () => {
    const { model } = await openEmbedder(`transformers:${MINILM}`);
    expect(model).toMatchObject({
      id: 'transformers:all-MiniLM-L6-v2',
      dimensions: 384,
      maxTokens: 256,
      language: 'en',
      fusionWeight: 1,
    });
  });
});

test('a model is named by its provider, and no other provider is known', async () => {
  for (const name of ['minilm', 'toString:x', 'openai:', '']) {
    await expect(openEmbedder(name)).rejects.toMatchObject({ code: 'AQF_MODEL_UNKNOWN' });
  }
  await expect(openEmbedder('openai:who-knows')).rejects.toMatchObject({
    code: 'AQF_MODEL_UNKNOWN',
    message: 'Nothing is known of the model openai:who-knows: say how long its vectors are (`dimensions`).',
  });
});

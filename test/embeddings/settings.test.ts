import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeConfig, loadConfig } from '../../src/config/index.js';
import { openEmbedder } from '../../src/embeddings/index.js';
import { tempDir } from '../support/temp-dir.js';
import { FakeProvider, registry } from './fake-provider.js';

let provider: FakeProvider;
beforeAll(async () => {
  provider = await FakeProvider.start();
});
afterAll(() => provider.stop());

test('the settings of embeddings open the model that they name', async () => {
  const env = {
    AQUIFER_EMBEDDINGS_MODEL: 'openai:words',
    AQUIFER_EMBEDDINGS_BASE_URL: `${provider.url}/v1`,
    AQUIFER_EMBEDDINGS_API_KEY: 'sk-from-settings',
    AQUIFER_EMBEDDINGS_BATCH_TEXTS: '2',
  };
  const resolved = await loadConfig({ env, cwd: tempDir() });
  const { model, ...options } = resolved.values.embeddings;
  const embedder = await openEmbedder(model, { ...options, registry });
  await embedder.embedPassages(['one', 'two', 'three']);
  await embedder.close();
  expect(provider.calls.map(({ inputs }) => inputs.length).toSorted()).toEqual([1, 2]);
  expect(provider.calls[0]?.headers.authorization).toBe('Bearer sk-from-settings');
  expect(JSON.stringify(describeConfig(resolved))).not.toContain('sk-from-settings');
});

test('without settings it is the built-in model', async () => {
  const { values } = await loadConfig({ env: {}, cwd: tempDir() });
  const { model, ...options } = values.embeddings;
  const embedder = await openEmbedder(model, options);
  expect(embedder.model.id).toBe('builtin:use-lite-en');
  await embedder.close();
});

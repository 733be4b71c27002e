import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { type Embedder, EmbedderPool, type EmbeddingUse } from '../../src/embeddings/index.js';
import { FakeProvider, ollamaAnswer } from './fake-provider.js';

let provider: FakeProvider;
let pool: EmbedderPool;
const uses: EmbeddingUse[] = [];

beforeEach(async () => {
  provider = await FakeProvider.start();
  const overrides = { embeddings: { model: 'ollama:words', dimensions: 256, baseUrl: provider.url } };
  const { values } = await loadConfig({ overrides, env: {}, file: false });
  pool = new EmbedderPool(values.embeddings, (use) => uses.push(use));
});
afterEach(async () => {
  await pool.close();
  await provider.stop();
  uses.length = 0;
});

test('a model is opened once, whoever asks for it', async () => {
  const [one, other] = await Promise.all([pool.open('ollama:words'), pool.find('ollama:words')]);
  expect(one).toBe(other);
  expect(one.model.dimensions).toBe(256);
});

test('what is said of the configured model is not said of others', async () => {
  expect((await pool.open('builtin')).model.dimensions).toBe(512);
});

test('what was opened by its name is found by its id', async () => {
  const builtin = await pool.open('builtin');
  expect(await pool.find(builtin.model.id)).toBe(builtin);
});

test('a model that nothing serves is not found, and an error to open', async () => {
  expect(await pool.find('nobody:words')).toBeUndefined();
  await expect(pool.open('nobody:words')).rejects.toMatchObject({ code: 'AQF_MODEL_UNKNOWN' });
});

test('an embedder of the caller stands for its model, and is closed with the others', async () => {
  let closed = 0;
  const model = { id: 'own:words', dimensions: 3, maxTokens: 8, language: '*', fusionWeight: 0.5 };
  const own: Embedder = {
    model,
    embedPassages: async (texts) => texts.map(() => [Float32Array.of(1, 0, 0)]),
    embedQuery: async () => Float32Array.of(1, 0, 0),
    close: async () => void closed++,
  };
  pool.add(own);
  expect(await pool.find('own:words')).toBe(own);
  await pool.close();
  expect(closed).toBe(1);
});

test('use is told', async () => {
  provider.behave = (call) => ({ body: ollamaAnswer(call) });
  const embedder = await pool.open('ollama:words');
  await embedder.embedQuery('one', { tenantId: 'acme' });
  expect(uses).toMatchObject([{ tenantId: 'acme', model: 'ollama:words', texts: 1 }]);
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ModelRegistry, openEmbedder } from '../../src/embeddings/index.js';
import { FakeProvider, registry, vectorOf } from './fake-provider.js';

let provider: FakeProvider;
beforeAll(async () => {
  provider = await FakeProvider.start();
});
afterAll(() => provider.stop());
beforeEach(() => {
  provider.calls.length = 0;
  provider.behave = () => undefined;
});

const baseUrl = () => `${provider.url}/v1`;
const last = () => provider.calls.at(-1);
/** Sends what is meant for OpenAI to the test's provider. */
const rerouted: typeof fetch = (url, init) => {
  seen.push(String(url));
  return fetch(String(url).replace('https://api.openai.com', provider.url), init);
};
const seen: string[] = [];

describe('the key', () => {
  test('is sent as a bearer, to the address with its own path and query', async () => {
    const address = `${provider.url}/deployments/words/?api-version=2024-10-21`;
    const headers = { 'api-key': 'azure' };
    const embedder = await openEmbedder('openai:words', {
      registry,
      baseUrl: address,
      apiKey: 'sk-1',
      headers,
    });
    await embedder.embedQuery('one');
    expect(last()).toMatchObject({
      path: '/deployments/words/embeddings?api-version=2024-10-21',
      headers: { authorization: 'Bearer sk-1', 'api-key': 'azure' },
    });
  });

  test('of the environment goes to OpenAI and to nobody else', async () => {
    const env = { OPENAI_API_KEY: 'sk-2' };
    await (await openEmbedder('openai:words', { registry, env, fetch: rerouted })).embedQuery('one');
    expect(seen).toEqual(['https://api.openai.com/v1/embeddings']);
    expect(last()?.headers.authorization).toBe('Bearer sk-2');
    await (await openEmbedder('openai:words', { registry, env, baseUrl: baseUrl() })).embedQuery('one');
    expect(last()?.headers).not.toHaveProperty('authorization');
    await (await openEmbedder('ollama:words', { registry, env, baseUrl: provider.url })).embedQuery('one');
    expect(last()?.headers).not.toHaveProperty('authorization');
  });
});

describe('vectors', () => {
  test('are the same in base64, from servers that ignore it, and from those that refuse it', async () => {
    const texts = ['The cat sat', 'on the mat'];
    const asked = await openEmbedder('openai:words', { registry, baseUrl: baseUrl() });
    const inBase64 = await asked.embedPassages(texts);
    expect(last()?.body.encoding_format).toBe('base64');
    provider.behave = ({ body }) =>
      body.encoding_format === 'base64'
        ? { status: 400, body: { error: { message: "unknown parameter: 'encoding_format'" } } }
        : undefined;
    const refusing = await openEmbedder('openai:words', { registry, baseUrl: baseUrl() });
    expect(await refusing.embedPassages(texts)).toEqual(inBase64);
    expect(await refusing.embedPassages(texts)).toEqual(inBase64);
    expect(provider.calls.map(({ body }) => body.encoding_format)).toEqual([
      'base64',
      'base64',
      'float',
      'float',
    ]);
    provider.behave = ({ inputs }) => ({
      body: { data: inputs.map((text) => ({ embedding: [...vectorOf(text)] })) },
    });
    const ignoring = await openEmbedder('openai:words', { registry, baseUrl: baseUrl() });
    expect(await ignoring.embedPassages(texts)).toEqual(inBase64);
  });

  test('are placed by their index, in whatever order they come', async () => {
    const embedder = await openEmbedder('openai:words', { registry, baseUrl: baseUrl() });
    const ordered = await embedder.embedPassages(['a', 'b', 'c']);
    provider.behave = ({ inputs }) => ({
      body: {
        data: inputs.map((_, index) => ({ index, embedding: [...(ordered[index]?.[0] ?? [])] })).reverse(),
      },
    });
    expect(await embedder.embedPassages(['a', 'b', 'c'])).toEqual(ordered);
  });

  test('that a model shortens are asked for, and are of another model', async () => {
    const small = await openEmbedder('openai:text-embedding-3-small', {
      baseUrl: baseUrl(),
      dimensions: 256,
    });
    expect(small.model).toMatchObject({ id: 'openai:text-embedding-3-small@256', dimensions: 256 });
    provider.behave = () => ({ body: { data: [{ index: 0, embedding: [1, ...new Array(255).fill(0)] }] } });
    await small.embedQuery('one');
    expect(last()?.body).toMatchObject({ model: 'text-embedding-3-small', dimensions: 256 });
  });

  test('of another length than a normalised model makes are not taken for its', async () => {
    const small = await openEmbedder('openai:text-embedding-3-small', {
      baseUrl: baseUrl(),
      dimensions: 2,
      retries: 0,
    });
    provider.behave = () => ({ body: { data: [{ index: 0, embedding: [3, 4] }] } });
    await expect(small.embedQuery('one')).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_FAILED',
      message: expect.stringContaining('a vector of length 5, where its model is normalised'),
    });
  });
});

test('what a model was trained to see stands before questions and passages, and before each window', async () => {
  const model = {
    ...new ModelRegistry().resolve({ provider: 'ollama', name: 'nomic-embed-text' }).model,
    dimensions: 256,
    maxTokens: 40,
  };
  const own = new ModelRegistry([model]);
  const embedder = await openEmbedder('ollama:nomic-embed-text', { registry: own, baseUrl: provider.url });
  await embedder.embedQuery('who?');
  const long = Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ');
  await embedder.embedPassages(['one', long]);
  const [question, ...passages] = provider.inputs;
  expect(question).toBe('search_query: who?');
  expect(passages.length).toBeGreaterThan(3);
  for (const passage of passages) expect(passage).toMatch(/^search_document: /);
});

test('Ollama is told not to cut off texts, and named a model that it has not pulled', async () => {
  const embedder = await openEmbedder('ollama:words', { registry, baseUrl: provider.url, keepAlive: '10m' });
  await embedder.embedQuery('one');
  expect(last()).toMatchObject({
    path: '/api/embed',
    body: { model: 'words', input: ['one'], truncate: false, keep_alive: '10m' },
  });
  provider.behave = () => ({ status: 404, body: { error: 'model "words" not found, try pulling it first' } });
  await expect(embedder.embedQuery('two')).rejects.toMatchObject({
    code: 'AQF_EMBEDDING_REFUSED',
    message: 'The provider of ollama:words refused: 404: model "words" not found, try pulling it first.',
  });
});

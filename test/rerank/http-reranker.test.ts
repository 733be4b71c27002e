import { describe, expect, test } from 'vitest';
import { createHttpReranker, openReranker } from '../../src/rerank/index.js';
import { jsonServer, refuse } from './json-server.js';

/** Judges a text by its length, and answers best first, as the real ones do. */
function byLength({ body }: { readonly body: Record<string, unknown> }) {
  const results = (body.documents as string[])
    .map((text, index) => ({ index, relevance_score: text.length / 100 }))
    .toSorted((a, b) => b.relevance_score - a.relevance_score);
  return { id: 'r-1', results, meta: { billed_units: { search_units: 1 } } };
}

describe('a reranker behind HTTP', () => {
  test('gives each text its score, in the order of the texts', async () => {
    const server = await jsonServer(byLength);
    const reranker = createHttpReranker({ baseUrl: `${server.url}/v2`, model: 'rerank-v3.5', apiKey: 'k' });
    expect(reranker.id).toBe('http:rerank-v3.5');
    expect(await reranker.rerank('q', ['a', 'aaa', 'aa'])).toEqual([0.01, 0.03, 0.02]);
    expect(server.requests[0]).toMatchObject({
      path: '/v2/rerank',
      headers: { authorization: 'Bearer k' },
      body: { model: 'rerank-v3.5', query: 'q', documents: ['a', 'aaa', 'aa'], top_n: 3 },
    });
  });

  test('asks in parts for more than a request may hold, and not at all for nothing', async () => {
    const server = await jsonServer(byLength);
    const reranker = createHttpReranker({ baseUrl: server.url, model: 'm', maxTexts: 2 });
    expect(await reranker.rerank('q', ['a', 'aaa', 'aa', '', 'aaaa'])).toEqual([0.01, 0.03, 0.02, 0, 0.04]);
    expect(server.requests.map(({ body }) => (body.documents as string[]).length)).toEqual([2, 2, 1]);
    expect(await reranker.rerank('q', [])).toEqual([]);
    expect(server.requests).toHaveLength(3);
  });

  test.each([
    ['that leaves a text out', { results: [{ index: 0, relevance_score: 1 }] }, 'gave no score to text 1'],
    ['without results', { data: [] }, 'answered without results'],
    ['with scores that are none', { results: [{ index: 0, relevance_score: 'high' }] }, 'without results'],
  ])('fails on an answer %s', async (_, answer, message) => {
    const server = await jsonServer(() => answer);
    const reranker = createHttpReranker({ baseUrl: server.url, model: 'm' });
    await expect(reranker.rerank('q', ['a', 'b'])).rejects.toMatchObject({
      code: 'AQF_RERANK_FAILED',
      message: expect.stringContaining(message),
    });
  });

  test('tells what the endpoint reported', async () => {
    const server = await jsonServer((_, response) => refuse(response, 401, 'invalid api token'));
    const reranker = openReranker('http:m', { baseUrl: server.url });
    await expect(reranker.rerank('q', ['a'])).rejects.toMatchObject({
      code: 'AQF_RERANK_FAILED',
      message: `The reranker at ${server.url} answered 401: invalid api token.`,
    });
  });
});

test.each(['', 'm', ':m', 'cohere:', 'nobody:m', 'http:m', 'constructor:m'])(
  'there is no reranker named %j',
  (spec) => {
    expect(() => openReranker(spec)).toThrow(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
  },
);

test('rerankers are opened by their names', () => {
  expect(openReranker('cohere:rerank-v3.5').id).toBe('http:rerank-v3.5');
  expect(openReranker('transformers:owner/model').id).toBe('transformers:owner/model');
});

import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { createChat, openChat } from '../../src/retrieval/index.js';
import { jsonServer, refuse } from '../rerank/json-server.js';
import { chatServer } from './chat-server.js';

const request = {
  model: 'm-1',
  temperature: 0,
  messages: [{ role: 'user' as const, content: 'What is a pump?' }],
};
const whole = {
  text: 'It moves water [1].',
  finishReason: 'stop',
  model: 'm-1-2026',
  usage: { inputTokens: 100, outputTokens: 7 },
};

const open = (baseUrl: string) =>
  createChat({ baseUrl, model: 'm-1', apiKey: 'k-1', backoffMs: 1, timeoutMs: 2000 });

/** Sends these bytes as a stream of events. */
const eventServer = (text: string) =>
  jsonServer((_, response) => {
    response.end(text);
    return undefined;
  });
const collect = async (url: string) => {
  const pieces: string[] = [];
  const response = await open(url).complete(request, { onText: (text) => pieces.push(text) });
  return { response, pieces };
};

describe('a chat model', () => {
  test('is asked as OpenAI is', async () => {
    const server = await chatServer(() => ({ text: whole.text }));
    expect(await open(`${server.url}/v1`).complete(request)).toEqual(whole);
    expect(server.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer k-1' },
      body: request,
    });
  });

  test('streams its text where that is wanted, and answers the same', async () => {
    const server = await chatServer(() => ({ text: whole.text }));
    const { response, pieces } = await collect(server.url);
    expect(response).toEqual(whole);
    expect(pieces).toEqual(['It ', 'moves ', 'water ', '[1].']);
    expect(server.requests[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  test('is asked again when it has too much to do', async () => {
    const server = await jsonServer((_, response, number) =>
      number === 1
        ? refuse(response, 429, 'slow down', { 'retry-after': '0.1' })
        : { choices: [{ message: { content: 'Hi.' } }] },
    );
    expect(await open(server.url).complete(request)).toEqual({
      text: 'Hi.',
      finishReason: null,
      model: 'm-1',
      usage: null,
    });
  });

  test('that refuses is told of', async () => {
    const server = await jsonServer((_, response) => refuse(response, 404, 'The model m-1 does not exist.'));
    await expect(open(server.url).complete(request)).rejects.toMatchObject({
      code: 'AQF_CHAT_FAILED',
      message: `The chat endpoint at ${server.url} answered 404: The model m-1 does not exist.`,
    });
  });

  test.each([
    ['no choices', { choices: [] }],
    ['no text', { choices: [{ message: { content: null } }] }],
    ['something else', { ok: true }],
  ])('that answers with %s fails', async (_, answer) => {
    const server = await jsonServer(() => answer);
    await expect(open(server.url).complete(request)).rejects.toMatchObject({
      code: 'AQF_CHAT_FAILED',
      message: expect.stringContaining('answered without a text'),
    });
  });

  test('whose stream breaks off fails, though a part of it was read', async () => {
    const server = await eventServer('data: {"choices":[{"delta":{"content":"It "}}]}\n\n');
    await expect(collect(server.url)).rejects.toMatchObject({
      message: expect.stringContaining('broke off within its answer'),
    });
  });

  test('that reports an error within its stream fails with it', async () => {
    const server = await eventServer('data: {"error":{"message":"out of memory"}}\n\n');
    await expect(collect(server.url)).rejects.toMatchObject({
      message: expect.stringContaining('out of memory'),
    });
  });

  test('may write its stream in any form that the format allows', async () => {
    const first = '{"choices":[{"delta":{"content":"a\u00e9"},\ndata:"finish_reason":"stop"}]}';
    const server = await eventServer(`: hello\r\n\r\nevent: x\r\ndata: ${first}\r\n\r\ndata:[DONE]`);
    expect((await collect(server.url)).response).toMatchObject({ text: 'aé', finishReason: 'stop' });
  });
});

describe('the chat model of the configuration', () => {
  const config = async (env: Record<string, string>) => (await loadConfig({ env, file: false })).values.chat;

  test('is the one that it names', async () => {
    const env = { AQUIFER_CHAT_BASE_URL: 'https://chat.example/v1', AQUIFER_CHAT_MODEL: 'm-2' };
    expect(openChat(await config(env)).model).toBe('m-2');
  });

  test.each([
    [{}, 'chat.baseUrl'],
    [{ AQUIFER_CHAT_BASE_URL: 'https://chat.example/v1' }, 'chat.model'],
  ])('is missing with %j', async (env, setting) => {
    const values = await config(env);
    expect(() => openChat(values)).toThrow(
      expect.objectContaining({ code: 'AQF_CONFIG_INVALID', message: expect.stringContaining(setting) }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { Endpoint } from '../../src/endpoints/index.js';
import { isAquiferError } from '../../src/errors/index.js';
import { jsonServer, refuse } from '../rerank/json-server.js';

const FAILURES = { code: 'AQF_CHAT_FAILED', name: 'The endpoint' } as const;
const QUICK = { backoffMs: 1 };

function endpoint(baseUrl: string, options = {}): Endpoint {
  return new Endpoint({ baseUrl, ...QUICK, ...options }, FAILURES);
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of stream) text += decoder.decode(bytes, { stream: true });
  return text;
}

describe('an endpoint', () => {
  test('gets JSON under its base URL, with the key and further headers', async () => {
    const server = await jsonServer(({ body }) => ({ got: body }));
    const { url } = server;
    const chat = endpoint(`${url}/v1/`, { apiKey: 'k-1', headers: { 'x-project': 'p' } });
    expect(await chat.post('/things', { a: 1 })).toEqual({ got: { a: 1 } });
    expect(server.requests[0]).toMatchObject({
      path: '/v1/things',
      headers: { authorization: 'Bearer k-1', 'x-project': 'p', 'content-type': 'application/json' },
    });
  });

  test.each([408, 429, 500, 502, 503, 529])('is asked again after a %i', async (status) => {
    const server = await jsonServer((_, response, number) =>
      number < 3 ? refuse(response, status, 'not now') : { ok: true },
    );
    expect(await endpoint(server.url).post('/', {})).toEqual({ ok: true });
    expect(server.requests).toHaveLength(3);
  });

  test.each([400, 401, 404, 422])(
    'is not asked again after a %i, and what it said is told',
    async (status) => {
      const server = await jsonServer((_, response) => refuse(response, status, 'no such model.'));
      await expect(endpoint(server.url).post('/', {})).rejects.toMatchObject({
        code: 'AQF_CHAT_FAILED',
        message: `The endpoint at ${server.url} answered ${status}: no such model.`,
        facts: { origin: server.url, status },
      });
      expect(server.requests).toHaveLength(1);
    },
  );

  test('that fails every time is given up after the retries', async () => {
    const server = await jsonServer((_, response) => refuse(response, 500, 'broken'));
    await expect(endpoint(server.url, { retries: 3 }).post('/', {})).rejects.toMatchObject({
      message: expect.stringContaining('answered 500: broken'),
    });
    expect(server.requests).toHaveLength(4);
  });

  test('is asked again no sooner than it wants', async () => {
    const server = await jsonServer((_, response, number) =>
      number === 1 ? refuse(response, 429, 'slow down', { 'retry-after': '0.3' }) : { ok: true },
    );
    await endpoint(server.url).post('/', {});
    const [first, second] = server.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(295);
  });

  test('is not waited for when it wants too long a wait', async () => {
    const server = await jsonServer((_, response) =>
      refuse(response, 429, 'tomorrow', { 'retry-after': '86400' }),
    );
    await expect(endpoint(server.url, { maxWaitMs: 1000 }).post('/', {})).rejects.toMatchObject({
      facts: { status: 429 },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('that hangs is given up in time, and asked again', async () => {
    const server = await jsonServer((_, __, number) => (number === 1 ? undefined : { ok: true }));
    expect(await endpoint(server.url, { timeoutMs: 100 }).post('/', {})).toEqual({ ok: true });
  });

  test('that hangs every time says so', async () => {
    const server = await jsonServer(() => undefined);
    await expect(endpoint(server.url, { timeoutMs: 50, retries: 1 }).post('/', {})).rejects.toMatchObject({
      message: `The endpoint at ${server.url} failed: no answer within 50 ms.`,
    });
  });

  test('that hangs within its answer is given up too', async () => {
    const server = await jsonServer((_, response) => {
      response.writeHead(200);
      response.write('{"half');
    });
    const asked = endpoint(server.url, { timeoutMs: 100, retries: 0 }).post('/', {});
    await expect(asked).rejects.toMatchObject({ code: 'AQF_CHAT_FAILED' });
  });

  test('that closes the connection is asked again', async () => {
    const server = await jsonServer((_, response, number) => {
      if (number > 1) return { ok: true };
      response.destroy();
      return undefined;
    });
    expect(await endpoint(server.url).post('/', {})).toEqual({ ok: true });
  });

  test('where nobody listens is named', async () => {
    const nobody = endpoint('http://127.0.0.1:1/v1', { retries: 0 });
    await expect(nobody.post('/', {})).rejects.toMatchObject({
      code: 'AQF_CHAT_FAILED',
      message: expect.stringMatching(/^The endpoint at http:\/\/127\.0\.0\.1:1 failed: .+/),
    });
  });

  test('ends with the reason of the caller who gives up, also while it waits', async () => {
    const server = await jsonServer((_, response) => refuse(response, 429, 'later', { 'retry-after': '20' }));
    const controller = new AbortController();
    const asked = endpoint(server.url).post('/', {}, { signal: controller.signal });
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });

  test('never tells its key, even when it is sent back', async () => {
    const apiKey = 'sk-very-secret';
    const server = await jsonServer((_, response) => refuse(response, 401, `wrong key ${apiKey}`));
    const error: unknown = await endpoint(server.url, { apiKey })
      .post('/', {})
      .catch((caught: unknown) => caught);
    if (!isAquiferError(error)) throw new Error('an AquiferError was expected');
    const told = `${error.message} ${JSON.stringify(error)} ${String(error.cause)}`;
    expect(told).toContain('wrong key ***');
    expect(told).not.toContain(apiKey);
  });

  test('never tells keys in other headers, nor to those whom a failure is told', async () => {
    const server = await jsonServer((_, response) => refuse(response, 401, 'no key azure-key-1 here'));
    const failed = endpoint(server.url, { headers: { 'api-key': 'azure-key-1' } }).post('/', {});
    await expect(failed).rejects.toMatchObject({ message: expect.stringContaining('no key *** here') });
  });

  test('that failed several times in a row is left alone, and asked again after a while', async () => {
    let broken = true;
    const server = await jsonServer((_, response) =>
      broken ? refuse(response, 500, 'broken') : { ok: true },
    );
    const asked = endpoint(server.url, { retries: 0, circuit: { failures: 2, cooldownMs: 200 } });
    for (let time = 0; time < 2; time++) await expect(asked.post('/', {})).rejects.toThrow('500');
    await expect(asked.post('/', {})).rejects.toThrow('failed several times in a row');
    expect(server.requests).toHaveLength(2);
    broken = false;
    await expect.poll(() => asked.post('/', {}).catch(() => undefined)).toEqual({ ok: true });
    expect(server.requests).toHaveLength(3);
  });

  test('that refuses is not left alone', async () => {
    const server = await jsonServer((_, response) => refuse(response, 404, 'no such model'));
    const asked = endpoint(server.url, { circuit: { failures: 1 } });
    for (let time = 0; time < 3; time++) await expect(asked.post('/', {})).rejects.toThrow('404');
  });

  test('that answers with something else than JSON fails', async () => {
    const server = await jsonServer((_, response) => void response.end('<html>'));
    await expect(endpoint(server.url).post('/', {})).rejects.toMatchObject({
      message: expect.stringContaining('not JSON'),
    });
  });

  test.each(['', 'chat.example', 'ftp://chat.example'])('is not at %j', (url) => {
    expect(() => endpoint(url)).toThrow(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
  });
});

describe('a stream', () => {
  test('is read as it comes, after tries that failed', async () => {
    const server = await jsonServer((_, response, number) => {
      if (number === 1) return refuse(response, 503, 'not now');
      response.write('one ');
      response.end('two');
      return undefined;
    });
    expect(await textOf(endpoint(server.url).stream('/', {}))).toBe('one two');
  });

  test('that stops coming is given up', async () => {
    const server = await jsonServer((_, response) => void response.write('one '));
    const read = textOf(endpoint(server.url, { timeoutMs: 100 }).stream('/', {}));
    await expect(read).rejects.toMatchObject({
      code: 'AQF_CHAT_FAILED',
      message: expect.stringContaining('no answer within 100 ms'),
    });
  });
});

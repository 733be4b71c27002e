import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddingUse } from '../../src/embeddings/index.js';
import {
  type Embedder,
  embedEach,
  type OpenEmbedderOptions,
  openEmbedder,
} from '../../src/embeddings/index.js';
import {
  FakeProvider,
  OPENAI_WORDS,
  ollamaAnswer,
  openAiAnswer,
  type ProviderCall,
  registry,
} from './fake-provider.js';

let provider: FakeProvider;
const open: Embedder[] = [];

beforeEach(async () => {
  provider = await FakeProvider.start();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((embedder) => embedder.close()));
  await provider.stop();
});

async function openai(options: OpenEmbedderOptions = {}): Promise<Embedder> {
  const embedder = await openEmbedder('openai:words', {
    registry,
    baseUrl: `${provider.url}/v1`,
    ...options,
  });
  open.push(embedder);
  return embedder;
}

const texts = (count: number, of = 'text') => Array.from({ length: count }, (_, at) => `${of} ${at}`);
const REFUSED = { status: 400, body: { error: { message: 'this text will not do' } } };

describe('a provider that limits the rate', () => {
  test.each([
    ['in seconds', { 'retry-after': '1' }, 990],
    ['in milliseconds', { 'retry-after-ms': '400' }, 390],
    // The date has no fractions of a second.
    ['as a date', () => ({ 'retry-after': new Date(Date.now() + 2000).toUTCString() }), 900],
  ])('is asked again when it says, %s', async (_, headers, atLeast) => {
    const given = typeof headers === 'function' ? headers() : headers;
    provider.behave = ({ number }) => (number === 0 ? { status: 429, headers: given } : undefined);
    await (await openai()).embedPassages(['one']);
    const [first, second] = provider.calls;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(atLeast);
    expect(provider.calls).toHaveLength(2);
  });

  test('keeps nobody but the tenant waiting who was limited', async () => {
    const embedder = await openai({ maxConcurrency: 1 });
    let limited = true;
    provider.behave = ({ inputs }) =>
      limited && inputs[0]?.startsWith('a') ? { status: 429, headers: { 'retry-after': '2' } } : undefined;
    const ended: string[] = [];
    const a = embedder.embedPassages(texts(3, 'a'), { tenantId: 'a' }).then(() => ended.push('a'));
    await expect.poll(() => provider.calls.length).toBe(1);
    const asked = performance.now();
    await embedder.embedPassages(texts(300, 'b'), { tenantId: 'b' }).then(() => ended.push('b'));
    expect(performance.now() - asked).toBeLessThan(1500);
    limited = false;
    await a;
    expect(ended).toEqual(['b', 'a']);
  });

  test('is an error that says how long to wait, once that is longer than a call waits', async () => {
    provider.behave = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    const embedder = await openai({ rateLimitWaitMs: 5000 });
    const limited = { code: 'AQF_EMBEDDING_RATE_LIMITED', status: 429 };
    await expect(embedder.embedPassages(['one'], { tenantId: 'a' })).rejects.toMatchObject({
      ...limited,
      facts: { retryAfterMs: 3_600_000 },
    });
    await expect(embedder.embedPassages(['two'], { tenantId: 'a' })).rejects.toMatchObject(limited);
    expect(provider.calls).toHaveLength(1);
  });

  test('is not waited for when the quota is spent', async () => {
    const error = { code: 'insufficient_quota', message: 'You exceeded your current quota.' };
    provider.behave = () => ({ status: 429, body: { error } });
    await expect((await openai()).embedQuery('one')).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_REFUSED',
      message: expect.stringContaining('You exceeded your current quota.'),
    });
    expect(provider.calls).toHaveLength(1);
  });
});

describe('a provider that fails', () => {
  test.each([
    ['with 500', { status: 500 }],
    ['with 503 and a page', { status: 503, body: '<html>' }],
    ['with no JSON of vectors', { body: { data: 'none' } }],
    ['with a vector in base64 that is cut off', { body: { data: [{ index: 0, embedding: 'AAA' }] } }],
    ['with more vectors than texts', { body: { data: [0, 1].map((index) => ({ index, embedding: [1] })) } }],
  ])('%s is asked again', async (_, reply) => {
    provider.behave = ({ number }) => (number < 2 ? reply : undefined);
    const [windows] = await (await openai()).embedPassages(['one']);
    expect(windows).toHaveLength(1);
    expect(provider.calls).toHaveLength(3);
  });

  test('in the end is an error with the last reason, and not the key', async () => {
    provider.behave = () => ({ status: 502, body: { error: { message: 'upstream is away' } } });
    const embedder = await openai({ retries: 1, apiKey: 'sk-secret' });
    const error = await embedder.embedPassages(['one']).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'AQF_EMBEDDING_FAILED',
      message: 'The provider of openai:words failed: 502: upstream is away.',
    });
    expect(JSON.stringify(error)).not.toContain('sk-secret');
    expect(provider.calls).toHaveLength(2);
  });

  test('to answer in time is asked again, and then an error', async () => {
    provider.behave = ({ number }) => (number === 0 ? 'hang' : undefined);
    const embedder = await openai({ timeoutMs: 150, retries: 1 });
    expect(await embedder.embedPassages(['one'])).toHaveLength(1);
    provider.behave = () => 'hang';
    await expect(embedder.embedQuery('two')).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_FAILED',
      message: expect.stringContaining('no answer within 150 ms'),
    });
  });

  test('to be there at all is named with the cause', async () => {
    const embedder = await openai({ baseUrl: 'http://127.0.0.1:1/v1', retries: 0 });
    await expect(embedder.embedQuery('one')).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_FAILED',
      message: expect.stringContaining('fetch failed: '),
    });
  });

  test('again and again is left alone, until one request that is let through is answered', async () => {
    provider.behave = () => ({ status: 500 });
    const embedder = await openai({ retries: 0, circuit: { failures: 3, cooldownMs: 200 } });
    for (const text of texts(3)) await expect(embedder.embedQuery(text)).rejects.toThrow('500');
    await expect(embedder.embedQuery('four')).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_FAILED',
      message: expect.stringContaining('failed several times in a row'),
      facts: { retryAfterMs: expect.any(Number) },
    });
    expect(provider.calls).toHaveLength(3);
    provider.behave = () => undefined;
    await expect
      .poll(() =>
        embedder.embedQuery('five').then(
          () => 'answered',
          () => 'refused',
        ),
      )
      .toBe('answered');
    expect(provider.calls).toHaveLength(4);
    await embedder.embedQuery('six');
  });

  test('for one batch fails the texts of that batch alone, where each text may fail', async () => {
    provider.behave = ({ inputs }) => (inputs.includes('text 5') ? { status: 500 } : undefined);
    const embedder = await openai({ batchTexts: 4, retries: 0 });
    const each = await embedEach(embedder, texts(12));
    expect(each.map(({ ok }) => ok)).toEqual(texts(12).map((_, at) => at < 4 || at >= 8));
    await expect(embedder.embedPassages(texts(12))).rejects.toMatchObject({ code: 'AQF_EMBEDDING_FAILED' });
  });
});

describe('a provider that answers in part', () => {
  test('is asked for the rest, and for no text twice', async () => {
    provider.behave = (call) => {
      const half = [...call.inputs.keys()].filter((place) => place % 2 === 1 || call.inputs.length === 1);
      return { body: openAiAnswer(call, half) };
    };
    const embedder = await openai();
    const vectors = await embedder.embedPassages(texts(20));
    provider.behave = () => undefined;
    expect(vectors).toEqual(await embedder.embedPassages(texts(20)));
    const askedAgain = provider.calls.slice(1, 6).flatMap(({ inputs }) => inputs);
    expect(askedAgain).not.toContain('text 1');
    expect(askedAgain).toContain('text 0');
  });

  test('and does not say of what is asked in smaller parts, never taken at its word', async () => {
    provider.behave = (call) => {
      const { embeddings } = ollamaAnswer(call) as { embeddings: unknown[] };
      return call.inputs.length > 3 ? { body: { embeddings: embeddings.slice(1) } } : undefined;
    };
    const embedder = await openEmbedder('ollama:words', { registry, baseUrl: provider.url });
    open.push(embedder);
    const vectors = await embedder.embedPassages(texts(10));
    provider.behave = () => undefined;
    expect(vectors).toEqual(await embedder.embedPassages(texts(10)));
  });
});

describe('a provider that refuses', () => {
  test('one text among many refuses no other: the text is named', async () => {
    provider.behave = ({ inputs }) => (inputs.includes('text 37') ? REFUSED : undefined);
    const embedder = await openai();
    await expect(embedder.embedPassages(texts(100))).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_REFUSED',
      facts: { indexes: ['37'], status: 400 },
      message: expect.stringContaining('refused 1 of the texts, at 37'),
    });
    const each = await embedEach(embedder, texts(100));
    expect(each.flatMap(({ ok }, place) => (ok ? [] : [place]))).toEqual([37]);
    // A batch, what is harmless, and twice for each halving.
    expect(provider.calls.length).toBeLessThanOrEqual(2 * (2 + 2 * 7));
  });

  test.each([
    ['every request for its model', { status: 404, body: { error: 'model "words" not found' } }, 1],
    ['every request for its key', { status: 401, body: { error: { message: 'bad key' } } }, 1],
    ['every request as such', { status: 400, body: { error: { message: 'unknown parameter' } } }, 2],
  ])('%s is not asked for each text', async (_, reply, calls) => {
    provider.behave = () => reply;
    await expect((await openai()).embedPassages(texts(100))).rejects.toMatchObject({
      code: 'AQF_EMBEDDING_REFUSED',
    });
    expect(provider.calls).toHaveLength(calls);
  });

  test('a text as too long gets it in smaller windows, none of it lost', async () => {
    const words = (text: string) => text.split(/\s+/).length;
    provider.behave = ({ inputs }) =>
      inputs.some((text) => words(text) > 30)
        ? { status: 400, body: { error: { message: 'the input length exceeds the context length' } } }
        : undefined;
    const long = Array.from({ length: 90 }, (_, at) => `word${at}`).join(' ');
    const [short, windows] = await (await openai()).embedPassages(['short', long]);
    expect(short).toHaveLength(1);
    expect(windows?.length).toBeGreaterThan(3);
    const answered = provider.inputs.filter((text) => words(text) <= 30).join(' ');
    for (let at = 0; at < 90; at++) expect(answered.split(/\s+/)).toContain(`word${at}`);
  });
});

describe('dimensions', () => {
  const three = ({ inputs }: ProviderCall) => ({
    body: { data: inputs.map((_, index) => ({ index, embedding: [0.6, 0.8, 0] })) },
  });

  test('other than the registered ones are an error, at the start and at every answer', async () => {
    provider.behave = three;
    const embedder = await openai();
    const wrong = {
      code: 'AQF_VECTOR_DIMENSIONS',
      message:
        'The provider of openai:words returned a vector of 3 dimensions; the model is registered with 256.',
    };
    await expect(embedder.probe?.()).rejects.toMatchObject(wrong);
    await expect(embedder.embedPassages(texts(2))).rejects.toMatchObject(wrong);
    await expect(embedEach(embedder, ['one'])).resolves.toMatchObject([{ ok: false, error: wrong }]);
    expect(provider.calls).toHaveLength(3);
  });

  test('that are right pass the probe', async () => {
    await expect((await openai()).probe?.()).resolves.toBeUndefined();
  });
});

describe('a call', () => {
  test('is given up with its signal, in the queue, under way or between two tries', async () => {
    const embedder = await openai({ maxConcurrency: 1, retries: 100, circuit: { failures: 1000 } });
    const given = new Error('given up');
    provider.behave = ({ inputs }) => (inputs[0] === 'failing' ? { status: 500 } : 'hang');
    const calls = ['failing', 'hanging', 'waiting'].map((text) => {
      const controller = new AbortController();
      const rejected = expect(
        embedder.embedPassages([text], { signal: controller.signal, tenantId: 'a' }),
      ).rejects.toBe(given);
      return { controller, rejected };
    });
    await expect.poll(() => provider.inputs).toContain('hanging');
    for (const { controller, rejected } of calls) {
      controller.abort(given);
      await rejected;
    }
  });

  test('with a question does not wait behind the ingest of its own tenant', async () => {
    provider.behave = ({ inputs }) => (inputs[0]?.startsWith('passage') ? 'hang' : undefined);
    const embedder = await openai({ maxConcurrency: 1, batchTexts: 1 });
    const ingest = expect(
      embedder.embedPassages(texts(20, 'passage'), { tenantId: 'a' }),
    ).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
    await expect.poll(() => provider.calls.length).toBe(1);
    await embedder.embedQuery('question', { tenantId: 'a' });
    expect(provider.inputs).toEqual(['passage 0', 'question']);
    await embedder.close();
    await ingest;
  });

  test('is not sent again because its listener fails', async () => {
    const onUse = () => {
      throw new Error('the listener');
    };
    await expect((await openai({ onUse })).embedQuery('one')).rejects.toThrow('the listener');
    expect(provider.calls).toHaveLength(1);
  });

  test('under way when the embedder is closed is refused', async () => {
    provider.behave = () => 'hang';
    const embedder = await openai();
    const refused = expect(embedder.embedPassages(['one'])).rejects.toMatchObject({
      code: 'AQF_LAYER_CLOSED',
    });
    await expect.poll(() => provider.calls.length).toBe(1);
    await embedder.close();
    await refused;
  });

  test('sends no more than so many requests at once, in batches within bounds, and a text once', async () => {
    let now = 0;
    let most = 0;
    const slow: typeof fetch = async (...request) => {
      most = Math.max(most, ++now);
      try {
        return await fetch(...request);
      } finally {
        now--;
      }
    };
    const embedder = await openai({ maxConcurrency: 3, batchTexts: 10, batchTokens: 20, fetch: slow });
    await embedder.embedPassages([...texts(50), ...texts(50)], { tenantId: 'a' });
    expect(most).toBe(3);
    expect(Math.max(...provider.calls.map(({ inputs }) => inputs.length))).toBeLessThanOrEqual(7);
    expect(provider.inputs.toSorted()).toEqual(texts(50).toSorted());
  });

  test('tells what it took: the tokens that the provider counted, and their price', async () => {
    const uses: EmbeddingUse[] = [];
    const embedder = await openai({ batchTexts: 4, onUse: (use) => uses.push(use) });
    await embedder.embedPassages(texts(6), { tenantId: 'a' });
    await embedder.embedQuery('one');
    const model = OPENAI_WORDS.id;
    expect(uses.toSorted((x, y) => y.texts - x.texts)).toEqual([
      { tenantId: 'a', model, requests: 1, texts: 4, tokens: 40, cost: 0.00008 },
      { tenantId: 'a', model, requests: 1, texts: 2, tokens: 20, cost: 0.00004 },
      { tenantId: undefined, model, requests: 1, texts: 1, tokens: 10, cost: 0.00002 },
    ]);
  });
});

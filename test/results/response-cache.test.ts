import { beforeEach, describe, expect, test } from 'vitest';
import { type Cache, createCache } from '../../src/cache/index.js';
import type { Embedder } from '../../src/embeddings/index.js';
import { createResponseCache } from '../../src/results/index.js';
import { MemoryBackend } from '../support/memory-store.js';

let cache: Cache;
beforeEach(async () => {
  cache = await createCache();
});

const ask = (content: string, more = {}) => ({
  model: 'm',
  messages: [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content },
  ],
  ...more,
});

/** A model that counts. */
function model() {
  let calls = 0;
  const call = async () => ({ text: `answer ${++calls}`, usage: { input_tokens: 10, output_tokens: 5 } });
  return { call, calls: () => calls };
}

/** Puts texts where they say: "east 10" is ten degrees north of east. */
function compass(): Embedder & { failing: boolean } {
  return {
    failing: false,
    model: { id: 'test:compass', dimensions: 2, maxTokens: 8, language: '*', fusionWeight: 0 },
    embedPassages: async () => [],
    async embedQuery(text) {
      if (this.failing) throw new Error('no needle');
      const angle = (Number(/\d+/.exec(text)?.[0]) * Math.PI) / 180;
      return new Float32Array([Math.cos(angle), Math.sin(angle)]);
    },
    close: async () => undefined,
  };
}

describe('responses', () => {
  test('of equal requests are asked for once, and their tokens counted as saved', async () => {
    const { call, calls } = model();
    const responses = createResponseCache(cache);
    const first = await responses.respond(ask('hi'), call);
    expect(await responses.respond(ask('hi'), call)).toEqual(first);
    expect(await responses.respond(ask('hi', { temperature: 1 }), call)).not.toEqual(first);
    expect(calls()).toBe(2);
    expect(responses.figures()).toEqual({
      requests: 3,
      hits: 1,
      semanticHits: 0,
      misses: 2,
      semanticFailures: 0,
      saved: { inputTokens: 10, outputTokens: 5 },
    });
  });

  test('are one call for all who ask at once', async () => {
    const { call, calls } = model();
    const responses = createResponseCache(cache);
    const all = await Promise.all(Array.from({ length: 100 }, () => responses.respond(ask('hi'), call)));
    expect(new Set(all.map(({ text }) => text))).toEqual(new Set(['answer 1']));
    expect(calls()).toBe(1);
    expect(responses.figures()).toMatchObject({ hits: 99, misses: 1 });
  });

  test('that failed are asked for again', async () => {
    const { call } = model();
    const responses = createResponseCache(cache);
    const failing = () => Promise.reject(new Error('overloaded'));
    await expect(responses.respond(ask('hi'), failing)).rejects.toThrow('overloaded');
    expect(await responses.respond(ask('hi'), call)).toMatchObject({ text: 'answer 1' });
  });

  test('that are not worth keeping are given to the one who asked, to each his own', async () => {
    const { call, calls } = model();
    const responses = createResponseCache(cache, { keep: () => false });
    const texts = await Promise.all([1, 2, 3].map(() => responses.respond(ask('hi'), call)));
    expect(new Set(texts.map(({ text }) => text)).size).toBe(3);
    expect(calls()).toBe(3);
    expect(responses.figures()).toMatchObject({ hits: 0, misses: 3, saved: { inputTokens: 0 } });
  });

  test('that are streams are not kept', async () => {
    const responses = createResponseCache(cache);
    async function* words() {
      yield 'word';
    }
    for (const request of [ask('hi'), ask('hi', { stream: true })]) {
      const [one, other] = [
        await responses.respond(request, async () => words()),
        await responses.respond(request, async () => words()),
      ];
      expect(other).not.toBe(one);
    }
    expect(responses.figures()).toMatchObject({ misses: 4 });
  });

  test('can be forgotten', async () => {
    const { call, calls } = model();
    const responses = createResponseCache(cache);
    await responses.respond(ask('hi'), call);
    await responses.forget(ask('hi'));
    await responses.respond(ask('hi'), call);
    expect(calls()).toBe(2);
  });

  test('count how often each was served, over all who share the cache', async () => {
    const { call } = model();
    const [one, other] = [createResponseCache(cache), createResponseCache(cache)];
    for (const responses of [one, one, one, other, other]) await responses.respond(ask('hi'), call);
    expect(await one.hits(ask('hi'))).toBe(2);
    await one.flush();
    await other.flush();
    expect(await one.hits(ask('hi'))).toBe(4);
    expect(await other.hits(ask('hi'))).toBe(4);
    expect(await one.hits(ask('never asked'))).toBe(0);
  });

  test('count many hits without being told to', async () => {
    const { call } = model();
    const responses = createResponseCache(cache);
    for (let i = 0; i <= 300; i++) await responses.respond(ask('hi'), call);
    expect(await responses.hits(ask('hi'))).toBe(300);
    expect(await createResponseCache(cache).hits(ask('hi'))).toBe(256);
  });

  test('report tokens as they are told to', async () => {
    const responses = createResponseCache(cache, { usage: () => ({ inputTokens: 1, outputTokens: 2 }) });
    for (let i = 0; i < 3; i++) await responses.respond(ask('hi'), async () => 'plain text');
    expect(responses.figures().saved).toEqual({ inputTokens: 2, outputTokens: 4 });
  });
});

describe('responses by meaning', () => {
  const open = (embedder = compass(), threshold = 0.98) =>
    createResponseCache(cache, { semantic: { embedder, threshold } });

  test('answer a question near enough to one that was answered, and no other', async () => {
    const { call } = model();
    const responses = open();
    const first = await responses.respond(ask('east 10'), call);
    expect(await responses.respond(ask('east 15'), call)).toEqual(first);
    expect(await responses.respond(ask('east 40'), call)).not.toEqual(first);
    expect(responses.figures()).toMatchObject({
      semanticHits: 1,
      misses: 2,
      hits: 0,
      saved: { inputTokens: 10 },
    });
    expect(await responses.hits(ask('east 10'))).toBe(1);
  });

  test.each([
    ['of another model', { model: 'n' }],
    ['with other parameters', { temperature: 1 }],
    [
      'under another system prompt',
      {
        messages: [
          { role: 'system', content: 'Be long.' },
          { role: 'user', content: 'east 10' },
        ],
      },
    ],
  ])('never answer a question %s', async (_, more) => {
    const { call, calls } = model();
    const responses = open();
    await responses.respond(ask('east 10'), call);
    await responses.respond(ask('east 10', more), call);
    expect(calls()).toBe(2);
  });

  test('do not outlive what they were, and are not of another tenant', async () => {
    const { call, calls } = model();
    const responses = open();
    await responses.respond(ask('east 10'), call);
    await responses.forget(ask('east 10'));
    await responses.respond(ask('east 11'), call);
    expect(calls()).toBe(2);
    const embedder = compass();
    const rival = createResponseCache(await createCache(), { semantic: { embedder, threshold: 0.98 } });
    await rival.respond(ask('east 11'), call);
    expect(calls()).toBe(3);
  });

  test('are done without when the embedder fails', async () => {
    const { call } = model();
    const embedder = compass();
    const responses = open(embedder);
    embedder.failing = true;
    expect(await responses.respond(ask('east 10'), call)).toMatchObject({ text: 'answer 1' });
    expect(await responses.respond(ask('east 10'), call)).toMatchObject({ text: 'answer 1' });
    expect(responses.figures()).toMatchObject({ semanticFailures: 1, hits: 1, misses: 1 });
  });

  test.each([0, -1, 1.01, Number.NaN, undefined, '0.9'])('need a threshold, and %s is none', (threshold) => {
    const semantic = { embedder: compass(), threshold: threshold as number };
    expect(() => createResponseCache(cache, { semantic })).toThrowError(
      expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }),
    );
  });
});

test('a response that cannot be kept in the shared tier is given to who asked for it', async () => {
  const shared = await createCache({ store: new MemoryBackend().open() });
  class Answer {
    readonly text = 'of a class';
  }
  let calls = 0;
  const call = async () => {
    calls += 1;
    return new Answer();
  };
  const responses = createResponseCache(shared);
  const both = await Promise.all([responses.respond(ask('a'), call), responses.respond(ask('a'), call)]);
  expect(both).toEqual([new Answer(), new Answer()]);
  expect(calls).toBe(2);
  await shared.close();
});

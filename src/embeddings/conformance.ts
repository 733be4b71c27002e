import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedEach } from './embed-each.js';
import type { Embedder } from './embedder.js';

const PASSAGES = [
  'The cat sat on the warm windowsill and watched the birds.',
  'Quarterly revenue rose by nine percent on strong demand for industrial pumps.',
  'Add two cups of flour and knead the dough for ten minutes.',
];

const UNUSUAL_TEXTS = [
  '',
  ' \t\n',
  'e\u0301lan vital, naïve façade, smørrebrød, Straße',
  '日本語の文章です。',
  'العربية والعبرية עברית',
  'हिन्दी में एक वाक्य',
  '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽',
  'lone surrogate \ud83d here',
  'null \u0000, bell \u0007, byte order mark \ufeff',
  `zalgo t${'\u0301\u0316'.repeat(500)}`,
  'x'.repeat(2_000),
];

/** Vectors of the same text may differ by this much between runs, for sums are taken in another order. */
const TOLERANCE = 1e-5;

/**
 * What every `Embedder` must do, as a Vitest suite.
 *
 * @param name shown in the report
 * @param create a new embedder; each one made is closed by the suite
 */
export function embedderConformance(name: string, create: () => Promise<Embedder>): void {
  describe(`embedder conformance: ${name}`, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await create();
    });
    afterAll(async () => embedder.close());

    const embedOne = async (text: string) => (await embedder.embedPassages([text]))[0] ?? [];

    it('describes its model', () => {
      const { id, dimensions, maxTokens, language, fusionWeight } = embedder.model;
      expect(id).toMatch(/^[^:\s]+:\S+$/);
      expect(Number.isInteger(dimensions) && dimensions > 0).toBe(true);
      expect(Number.isInteger(maxTokens) && maxTokens > 0).toBe(true);
      expect(language).toMatch(/^(\*|[a-z]{2,3}(-[A-Za-z0-9]+)*)$/);
      expect(fusionWeight).toBeGreaterThanOrEqual(0);
      expect(fusionWeight).toBeLessThanOrEqual(1);
    });

    it('returns unit vectors of its dimensions for passages and questions', async () => {
      const vectors = (await embedder.embedPassages(PASSAGES)).flat();
      for (const vector of [...vectors, await embedder.embedQuery('Where did the cat sit?')]) {
        expectUnitVector(vector, embedder.model.dimensions);
      }
    });

    it('returns nothing for no passages', async () => {
      expect(await embedder.embedPassages([])).toEqual([]);
    });

    it('gives the same text the same vectors every time', async () => {
      const [first, second] = [await embedOne(PASSAGES[0] ?? ''), await embedOne(PASSAGES[0] ?? '')];
      expect(largestDifference(first, second)).toBeLessThan(TOLERANCE);
    });

    it('keeps the order of the passages, whatever stands beside them in the batch', async () => {
      const texts = [...PASSAGES, longText(3), ...UNUSUAL_TEXTS, ...PASSAGES.toReversed()];
      const together = await embedder.embedPassages(texts);
      expect(together).toHaveLength(texts.length);
      for (const [index, text] of texts.entries()) {
        expect(largestDifference(together[index] ?? [], await embedOne(text))).toBeLessThan(TOLERANCE);
      }
    });

    it('gives the same vectors where each text may fail, and answers its probe', async () => {
      await embedder.probe?.();
      const each = await embedEach(embedder, PASSAGES);
      const together = await embedder.embedPassages(PASSAGES);
      for (const [index, one] of each.entries()) {
        expect(largestDifference(one.ok ? one.windows : [], together[index] ?? [])).toBeLessThan(TOLERANCE);
      }
    });

    it('takes a call for a tenant, and a signal', async () => {
      const call = { tenantId: 'acme', signal: new AbortController().signal };
      expectUnitVector(await embedder.embedQuery('Where did the cat sit?', call), embedder.model.dimensions);
      expect(await embedder.embedPassages(PASSAGES, call)).toHaveLength(PASSAGES.length);
    });

    it('covers a long passage to its end', async () => {
      const beginning = longText(40);
      const plain = await embedOne(beginning);
      const continued = await embedOne(`${beginning} ${PASSAGES[1]}`);
      expect(similarityOfBest(continued, await embedOne(PASSAGES[1] ?? ''))).toBeGreaterThan(
        similarityOfBest(plain, await embedOne(PASSAGES[1] ?? '')),
      );
    });

    it('embeds a question longer than a window as one vector', async () => {
      expectUnitVector(await embedder.embedQuery(longText(40)), embedder.model.dimensions);
    });

    it('embeds unusual and empty texts, each with at least one unit vector', async () => {
      const vectors = await embedder.embedPassages(UNUSUAL_TEXTS);
      for (const windows of vectors) {
        expect(windows.length).toBeGreaterThan(0);
        for (const vector of windows) expectUnitVector(vector, embedder.model.dimensions);
      }
    });

    it('puts a question nearest to the passage that answers it', async () => {
      const question = await embedder.embedQuery('How long do I knead the dough?');
      const passages = await embedder.embedPassages(PASSAGES);
      const similarities = passages.map((windows) => similarityOfBest(windows, [question]));
      expect(similarities.indexOf(Math.max(...similarities))).toBe(2);
    });

    it('answers concurrent calls, each with its own vectors', async () => {
      const calls = await Promise.all(PASSAGES.map(embedOne));
      for (const [index, text] of PASSAGES.entries()) {
        expect(largestDifference(calls[index] ?? [], await embedOne(text))).toBeLessThan(TOLERANCE);
      }
    });

    it('refuses a blank question', async () => {
      await expect(embedder.embedQuery(' \n')).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    });

    it('closes more than once, used or not, and refuses work afterwards', async () => {
      const used = await create();
      await used.embedQuery('warm up');
      for (const one of [used, await create()]) {
        await one.close();
        await one.close();
        await expect(one.embedQuery('too late')).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
      }
    });
  });
}

function longText(sentences: number): string {
  return Array.from({ length: sentences }, (_, i) => `In room ${i} a clock strikes ${i} times.`).join(' ');
}

function expectUnitVector(vector: Float32Array, dimensions: number): void {
  expect(vector).toBeInstanceOf(Float32Array);
  expect(vector).toHaveLength(dimensions);
  expect(Math.abs(Math.hypot(...vector) - 1)).toBeLessThan(1e-4);
}

/** Infinite when the numbers of windows differ. */
function largestDifference(left: readonly Float32Array[], right: readonly Float32Array[]): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  const differences = left.map((vector, window) =>
    vector.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[window]?.[i] ?? 0))), 0),
  );
  return Math.max(0, ...differences);
}

/** The highest cosine between any two windows. */
function similarityOfBest(left: readonly Float32Array[], right: readonly Float32Array[]): number {
  const cosines = left.flatMap((a) =>
    right.map((b) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)),
  );
  return Math.max(...cosines);
}

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type CrossEncoderOptions, createCrossEncoder } from '../../src/rerank/index.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { writeTinyCrossEncoder } from './tiny-cross-encoder.js';

const WORDS = ['the', 'pump', 'valve', 'seal', 'moves', 'water', 'who', '?', '.'];
const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));

let folder: string;
let tiny: string;
beforeAll(() => {
  folder = makeTempDir();
  tiny = join(folder, 'tiny');
  writeTinyCrossEncoder(tiny, WORDS);
  writeTinyCrossEncoder(join(folder, 'two'), WORDS, 2);
});
afterAll(() => removeTempDir(folder));

function open(options: Partial<CrossEncoderOptions> = {}) {
  const reranker = createCrossEncoder({ model: tiny, ...options });
  onTestFinished(() => reranker.close());
  return reranker;
}

describe('a cross-encoder', () => {
  test('reads the question with each text, and scores the texts in their order', async () => {
    const texts = ['the seal', 'the pump moves water', '', 'Water! The PUMP.'];
    const scores = await open().rerank('the pump', texts);
    expect(scores.map((score) => score.toFixed(6))).toEqual([1, 2, 0, 2].map((n) => sigmoid(n).toFixed(6)));
  });

  test('gives the same scores whatever shares a run of the model', async () => {
    const texts = Array.from({ length: 23 }, (_, n) => `pump ${'water '.repeat((n * 7) % 11)}`);
    const alone = await open({ batchSize: 1 }).rerank('water pump', texts);
    expect(await open({ batchSize: 8 }).rerank('water pump', texts)).toEqual(alone);
    expect(new Set(alone).size).toBeGreaterThan(5);
  });

  test('takes the second of two classes for yes', async () => {
    const scores = await open({ model: join(folder, 'two') }).rerank('pump', ['pump', 'seal']);
    expect(scores[0]).toBeCloseTo(sigmoid(1), 6);
    expect(scores[1]).toBeCloseTo(0.5, 6);
  });

  test('reads no more than its window holds', async () => {
    const text = `${'seal '.repeat(600)} pump`;
    expect(await open().rerank('pump', [text])).toEqual([0.5]);
    const [score] = await open().rerank('seal', [text]);
    expect(score).toBe(1);
  });

  test('that is not there fails with its name, and again', async () => {
    const missing = open({ model: join(folder, 'missing') });
    for (const _ of [1, 2]) {
      await expect(missing.rerank('q', ['a'])).rejects.toMatchObject({
        code: 'AQF_RERANK_FAILED',
        message: expect.stringContaining(join(folder, 'missing')),
      });
    }
  });

  test('stops between two runs when its caller gives up', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const asked = open().rerank('q', ['a'], { signal: controller.signal });
    await expect(asked).rejects.toThrow('enough');
  });

  test('answers nothing once it is closed, and may be closed again', async () => {
    const reranker = open();
    await reranker.rerank('pump', ['pump']);
    await reranker.close();
    await reranker.close();
    await expect(reranker.rerank('q', ['a'])).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
  });
});

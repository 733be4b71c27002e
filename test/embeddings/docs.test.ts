import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tempDir } from '../support/temp-dir.js';
import { FakeProvider } from './fake-provider.js';
import { MINILM, minilmLacking } from './models.js';

const page = readFileSync(new URL('../../docs/embeddings.md', import.meta.url), 'utf8');
const room = new URL('../../dist/embeddings/index.js', import.meta.url).href;

let provider: FakeProvider;
beforeAll(async () => {
  provider = await FakeProvider.start();
});
afterAll(() => provider.stop());

/** What the example prints that holds `mark`; it is plain JavaScript, its types compile in test/docs. */
async function printedBy(mark: string, replaced: Readonly<Record<string, string>>): Promise<string> {
  const examples = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
  let code = examples.find((example) => example.includes(mark)) ?? '';
  for (const [from, to] of Object.entries({ "'aquifer/embeddings'": JSON.stringify(room), ...replaced })) {
    expect(code).toContain(from);
    code = code.replaceAll(from, to);
  }
  const file = join(tempDir(), 'example.mjs');
  writeFileSync(file, code);
  return (await promisify(execFile)(process.execPath, [file])).stdout;
}

/** Vectors as long as those of nomic-embed-text. */
const vectors = (inputs: readonly string[]) => inputs.map(() => [1, ...new Array<number>(767).fill(0)]);

test.skipIf(minilmLacking)('the example of a folder runs', async () => {
  const printed = await printedBy("'transformers:./models", { './models/all-MiniLM-L6-v2': MINILM });
  expect(printed).toBe('transformers:all-MiniLM-L6-v2 384 true\n');
});

test('the example of an endpoint runs, and tells what it took', async () => {
  provider.behave = ({ inputs }) => ({
    body: {
      data: vectors(inputs).map((embedding, index) => ({ index, embedding })),
      usage: { prompt_tokens: inputs.length * 4 },
    },
  });
  const printed = await printedBy('openai:nomic-embed-text', { 'http://127.0.0.1:8080': provider.url });
  expect(printed).toBe('undefined 1 4 0\nacme 2 8 0\n');
  expect(provider.inputs).toEqual([
    'search_query: water',
    'search_document: The first passage.',
    'search_document: The second.',
  ]);
});

test('the example of texts that may fail runs', async () => {
  provider.behave = ({ inputs }) =>
    inputs.some((text) => text.endsWith('refused'))
      ? { status: 400, body: { error: 'no' } }
      : { body: { embeddings: vectors(inputs) } };
  const printed = await printedBy('embedEach,', { 'http://127.0.0.1:11434': provider.url });
  expect(printed).toBe('1 window\nAQF_EMBEDDING_REFUSED\n');
});

test('the example of a model of your own runs', async () => {
  expect(await printedBy('ollama:our-model', {})).toBe('512\n');
});

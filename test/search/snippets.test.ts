import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DataLayer, Scope } from '../../src/layer/index.js';
import type { SearchOptions, SearchResult } from '../../src/search/index.js';
import { openLayer } from '../support/layer.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

let folder: string;
let layer: DataLayer;
let scope: Scope;

beforeAll(async () => {
  folder = makeTempDir();
  layer = await openLayer(folder);
  scope = layer.scope({ tenantId: 'acme' });
});
afterAll(async () => {
  await layer.close();
  removeTempDir(folder);
});

function marksOf({ snippet: { text, marks } }: SearchResult): string[] {
  return marks.map(([start, end]) => text.slice(start, end));
}

async function best(question: string, options?: SearchOptions): Promise<SearchResult> {
  const [result] = await scope.search(question, options);
  if (!result) throw new Error(`nothing was found for ${question}`);
  return result;
}

const TEXTS = {
  zh: '植物的叶子在阳光下进行光合作用，释放氧气。它需要水和二氧化碳。',
  ja: '植物は葉で光合成を行い、酸素を放出する。そのためには水と光が必要である。',
  ko: '식물은 잎에서 광합성을 하고 산소를 내보낸다. 물과 빛이 필요하다.',
  th: 'พืชใช้ใบในการสังเคราะห์ด้วยแสงและปล่อยออกซิเจนออกมา',
};

describe('a snippet in a script without spaces', () => {
  beforeAll(async () => {
    for (const [language, text] of Object.entries(TEXTS)) {
      await scope.documents.ingest({ source: `${language}.txt`, text, language });
    }
  });

  test.each([
    ['zh', '光合作用需要什么', ['光合作用', '需要']],
    ['ja', '光合成には何が必要ですか', ['光合成', '必要']],
    ['ko', '광합성은 무엇이 필요한가', ['광합성', '필요']],
    ['th', 'การสังเคราะห์ด้วยแสงคืออะไร', ['การสังเคราะห์ด้วยแสง']],
  ])('of %s marks the runs of characters that matched', async (language, question, marks) => {
    for (const mode of ['lexical', 'hybrid'] as const) {
      const result = await best(question, { mode });
      expect(result.source).toBe(`${language}.txt`);
      expect(result.content).toContain(result.snippet.text);
      expect(marksOf(result)).toEqual(marks);
    }
  });
});

describe('a question that no model can read', () => {
  test('is asked by its words alone', async () => {
    const results = await scope.search('光合作用需要什么', { explain: true });
    expect(results[0]?.source).toBe('zh.txt');
    expect(results.filter(({ scores }) => scores.semantic !== null)).toEqual([]);
    expect(results.short).toBe('unread-question');
    expect(results.explain?.semanticHits).toBe(0);
  });

  test('finds nothing by meaning, and says why', async () => {
    const results = await scope.search('что такое фотосинтез', { mode: 'semantic' });
    expect([...results]).toEqual([]);
    expect(results.short).toBe('unread-question');
  });

  test('is told from one with a word that it can', async () => {
    const results = await scope.search('光合作用 photosynthesis', { limit: 1 });
    expect(results[0]?.scores.semantic).toEqual(expect.any(Number));
    expect(results.short).toBeUndefined();
  });
});

describe('a snippet in which no word of the question stands', () => {
  const filler = (about: string) =>
    Array.from({ length: 14 }, (_, n) => `Paragraph ${n} of the ${about} has nothing else to tell.`).join(
      ' ',
    );
  const CATS = 'A kitten purrs when a feline mother licks its fur, and cats meow for milk.';

  const best = async (options: SearchOptions) => {
    const [result] = await layer.scope({ tenantId: 'long' }).search('domestic animal pet', options);
    if (!result) throw new Error('nothing was found');
    return result;
  };
  beforeAll(async () => {
    await layer.scope({ tenantId: 'long' }).documents.ingest({
      source: 'long.txt',
      text: `${filler('ledger')} ${CATS} ${filler('invoice')}`,
    });
  });

  test('is the window that is nearest by meaning', async () => {
    const result = await best({ mode: 'semantic' });
    expect(result.source).toBe('long.txt');
    expect(marksOf(result)).toEqual([]);
    expect(result.snippet.text).toContain('kitten');
    expect(result.content.replace(/\s+/g, ' ')).toContain(result.snippet.text);
  });

  test('is empty where snippets are left out', async () => {
    const { snippet } = await best({ mode: 'semantic', snippets: false });
    expect(snippet).toEqual({ text: '', marks: [] });
  });
});

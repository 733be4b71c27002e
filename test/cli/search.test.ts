import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { SearchResult } from '../../src/search/index.js';
import { cli } from '../support/cli.js';
import { cliHere, cliHereJson } from '../support/cli-here.js';
import { migratedDataDir } from '../support/embedded.js';
import { pdf } from '../support/pdf.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const REAL_PDF = fileURLToPath(new URL('../../../shared/data/documents/pdfjs-rotation.pdf', import.meta.url));
const hasRealPdf = existsSync(REAL_PDF);
if (!hasRealPdf) console.log('Search over a real PDF skipped: ../shared/data/documents is not here.');

interface Printed {
  readonly question: string;
  readonly mode: string;
  readonly took: number;
  readonly results: readonly SearchResult[];
}

let folder: string;
let dataDir: string;

beforeAll(async () => {
  folder = makeTempDir();
  dataDir = await migratedDataDir(join(folder, 'data'));
  const documents = join(folder, 'documents');
  mkdirSync(documents);
  writeFileSync(
    join(documents, 'travel.md'),
    '# Travel\n\nHow journeys are made.\n\n## Approval\n\nThe head of the department approves every journey abroad. 🚂\n\n' +
      '## Expenses\n\nReceipts are handed in within a month.',
  );
  writeFileSync(
    join(documents, 'canteen.md'),
    '# Canteen\n\nSoup and bread are served at noon. A journey is not needed.',
  );
  writeFileSync(
    join(documents, 'esc.md'),
    '# Escape \u001b[31m\n\nA lighthouse \u001b[2J\u001b]0;owned\u0007 keeper.',
  );
  writeFileSync(
    join(documents, 'pages.pdf'),
    pdf([
      { texts: [{ text: 'The first page is about lanterns and their glass.', y: 700 }] },
      { texts: [{ text: 'The second page is about granite and its quarries.', y: 700 }] },
    ]),
  );
  const { code, stderr } = await cliHere([
    'ingest',
    documents,
    '--data-dir',
    dataDir,
    '--metadata',
    'shelf=top',
  ]);
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => removeTempDir(folder));

const search = (...args: string[]) => cliHereJson<Printed>(['search', '--data-dir', dataDir, ...args]);

describe('aquifer search', () => {
  test('prints every field of a result, with offsets that slice the text of the document', async () => {
    const { question, mode, took, results } = await search('who', 'approves', 'a', 'journey?');
    expect({ question, mode }).toEqual({ question: 'who approves a journey?', mode: 'hybrid' });
    expect(took).toBeGreaterThanOrEqual(0);
    const [best] = results;
    expect(best).toEqual({
      documentId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      collection: 'default',
      language: 'en',
      source: join(folder, 'documents', 'travel.md'),
      title: 'Travel',
      metadata: { format: 'markdown', shelf: 'top' },
      ordinal: 0,
      page: null,
      headingPath: ['Travel', 'Approval'],
      start: expect.any(Number),
      end: expect.any(Number),
      content: expect.stringContaining('approves every journey'),
      snippet: { text: expect.any(String), marks: expect.any(Array) },
      score: expect.any(Number),
      scores: { lexical: expect.any(Number), semantic: expect.any(Number) },
    });
    const show = ['documents', 'show', best?.documentId ?? '', '--data-dir', dataDir];
    const { content } = await cliHereJson<{ content: string }>(show);
    expect(content.slice(best?.start, best?.end)).toBe(best?.content);
    for (const { snippet } of results) {
      for (const [start, end] of snippet.marks)
        expect(snippet.text.slice(start, end)).toMatch(/^[\p{L}\p{N}]+$/u);
    }
    const marked = best?.snippet.marks.map(([start, end]) => best.snippet.text.slice(start, end));
    expect(marked).toEqual(expect.arrayContaining(['approves', 'journey']));
    const scores = results.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('ranks by words alone with --mode lexical, as many as --limit says', async () => {
    const { results } = await search('journey', '--mode', 'lexical');
    expect(results.map(({ title }) => title).sort()).toEqual(['Canteen', 'Travel']);
    for (const { scores, score } of results) expect(scores).toEqual({ lexical: score, semantic: null });
    const limited = await search('journey', '--mode', 'lexical', '--limit', '1');
    expect(limited.results).toEqual(results.slice(0, 1));
  });

  test('ranks by meaning alone with --mode semantic', async () => {
    const { results } = await search('what is there for lunch?', '-m', 'semantic', '-n', '2');
    expect(results[0]?.title).toBe('Canteen');
    for (const { scores, score } of results) expect(scores).toEqual({ lexical: null, semantic: score });
  });

  test('keeps to documents that match every --filter, and cites the page of a PDF', async () => {
    const { results } = await search('granite page', '-f', 'format=pdf', '-f', 'shelf=top');
    expect(results.map(({ source }) => source)).toEqual([join(folder, 'documents', 'pages.pdf')]);
    expect(results[0]?.page).toBe(2);
    expect((await search('granite', '-f', 'format=pdf', '-f', 'shelf=low')).results).toEqual([]);
  });

  test('prints a numbered citation with the matches marked for a reader', async () => {
    const { code, stdout } = await cli(['search', 'granite quarries', '--data-dir', dataDir, '--limit', '1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1\. pages\.pdf · p\. 2\n/);
    expect(stdout).toContain('*granite* and its *quarries*');
    expect(stdout).toMatch(
      /pages\.pdf · score \d\.\d{3} \(BM25 \d+\.\d\d, cosine -?\d\.\d\d\)\n\n1 passage in \d+ ms\n$/,
    );
  });

  test('passes no control characters of a document on to the terminal', async () => {
    const { stdout } = await cliHere(['search', 'lighthouse', '--data-dir', dataDir, '--mode', 'lexical']);
    expect(stdout).toContain('lighthouse');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test('says what to do when nothing answers', async () => {
    const { code, stdout } = await cliHere([
      'search',
      'zyzzyva',
      '--data-dir',
      dataDir,
      '-m',
      'lexical',
      '-t',
      'nobody',
    ]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'No passage answers "zyzzyva". Are documents ingested for this tenant? (aquifer status)\n',
    );
  });

  test.skipIf(!hasRealPdf)('cites the page of a real PDF', async () => {
    await cliHere(['ingest', REAL_PDF, '--data-dir', dataDir, '--tenant', 'real']);
    const { results } = await search('landscape layout', '--tenant', 'real');
    expect(results[0]).toMatchObject({ page: 2, content: expect.stringContaining('second page') });
  });
});

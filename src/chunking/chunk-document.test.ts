import { describe, expect, it } from 'vitest';
import { documentOf, heading, sentences } from '../../test/support/chunked-documents.js';
import { type Chunk, type ChunkingOptions, chunkDocument, countTokens } from './index.js';

const noOverlap = { maxTokens: 100, overlapTokens: 0 };

function textsOf(chunks: readonly Chunk[]): string[] {
  return chunks.map((chunk) => chunk.text);
}

describe('chunkDocument', () => {
  it.each(['', ' \n\t\u00a0 '])('makes no chunk of %j', (text) => {
    expect(chunkDocument({ text, blocks: [] })).toEqual([]);
  });

  it('keeps a document whole that fits', () => {
    const document = documentOf([
      heading(1, 'Leave'),
      'Everyone has 25 days.',
      heading(1, 'Pay'),
      'Monthly.',
    ]);
    expect(textsOf(chunkDocument(document))).toEqual([document.text.trim()]);
  });

  it('holds 1000 tokens and repeats 200 unless told otherwise', () => {
    const chunks = chunkDocument(documentOf([sentences(400)]));
    expect(chunks.length).toBeGreaterThan(3);
    for (const { tokens } of chunks.slice(0, -1)) expect(tokens).toBeGreaterThan(980);
    for (const [at, chunk] of chunks.slice(1).entries()) {
      const repeated = countTokens(chunk.text.slice(0, (chunks[at]?.end ?? 0) - chunk.start));
      expect(repeated).toBeGreaterThan(185);
      expect(repeated).toBeLessThanOrEqual(200);
    }
  });

  it('starts a new chunk at a heading once the chunk is half full', () => {
    const document = documentOf([heading(1, 'A'), sentences(6), heading(1, 'B'), sentences(6)]);
    expect(textsOf(chunkDocument(document, noOverlap)).map((text) => text.split('\n')[0])).toEqual([
      'A',
      'B',
    ]);
  });

  it('lets small sections share a chunk, which then ends before a heading and at least half full', () => {
    const sections = Array.from({ length: 20 }, (_, at) => [heading(2, `Part ${at}`), sentences(1)]).flat();
    const chunks = chunkDocument(documentOf(sections), noOverlap);
    for (const { text } of chunks) expect(text).toMatch(/^Part/);
    for (const { tokens } of chunks.slice(0, -1)) expect(tokens).toBeGreaterThanOrEqual(50);
  });

  it('prefers the outermost heading to the last one', () => {
    const document = documentOf([
      sentences(6),
      heading(1, 'Chapter'),
      'One.',
      heading(2, 'Section'),
      sentences(9),
    ]);
    expect(chunkDocument(document, noOverlap)[1]?.text).toMatch(/^Chapter\n\nOne/);
  });

  it('cuts before a paragraph where no heading is near', () => {
    const document = documentOf([sentences(4, 'one'), sentences(3, 'two'), sentences(3, 'six')]);
    expect(textsOf(chunkDocument(document, noOverlap))[1]).toBe(sentences(3, 'six'));
  });

  it('cuts before a sentence inside a long paragraph, though its lines are wrapped', () => {
    const wrapped = sentences(40).replaceAll('river river end', 'river\nriver end');
    for (const { text } of chunkDocument(documentOf([wrapped]), noOverlap)) {
      expect(text).toMatch(/^Sentence .* end\.$/s);
    }
  });

  it('cuts code between lines', () => {
    const code = Array.from(
      { length: 60 },
      (_, at) => `  const value${at} = call(${at}).then(x => x. y);`,
    ).join('\n');
    for (const { text } of chunkDocument(documentOf([{ kind: 'code', text: code }]), noOverlap)) {
      expect(text).toMatch(/^const .*;$/s);
    }
  });

  it('cuts between words where a sentence is longer than a chunk', () => {
    const chunks = chunkDocument(documentOf([`${'river '.repeat(500)}end`]), noOverlap);
    for (const { text, tokens } of chunks.slice(0, -1)) {
      expect(text).toMatch(/^river( river)*$/);
      expect(tokens).toBe(100);
    }
  });

  it('cuts a run without spaces between characters as a reader sees them', () => {
    const family = '👩‍👩‍👧‍👦';
    for (const { text } of chunkDocument(documentOf([family.repeat(60)]), {
      maxTokens: 50,
      overlapTokens: 20,
    })) {
      expect(text.replaceAll(family, '')).toBe('');
    }
  });

  it.each([
    ['letters', 'a'],
    ['ideographs', '漢'],
    ['line breaks', 'x\n'],
    ['signs', '='],
    ['accents', '\u0301'],
    ['families', '👩‍👩‍👧‍👦'],
    ['base64', 'dGhlIHF1aWNrIGJyb3duIGZveA9'],
  ])('cuts 200,000 characters of %s without a space in a few seconds', (_name, unit) => {
    const text = `${unit.repeat(200_000 / unit.length)}.`;
    const started = performance.now();
    expect(chunkDocument(documentOf([text])).at(-1)?.end).toBe(text.length);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('never parts a heading from the text below it', () => {
    const parts = Array.from({ length: 30 }, (_, at) => [heading(2, `Part ${at}`), sentences(3)]).flat();
    for (const { text } of chunkDocument(documentOf(parts), noOverlap)) expect(text).not.toMatch(/Part \d+$/);
  });

  it('covers text that the extractor left outside of all blocks', () => {
    const chunks = chunkDocument({
      text: 'loose  words',
      blocks: [{ kind: 'paragraph', start: 7, end: 12 }],
    });
    expect(textsOf(chunks)).toEqual(['loose  words']);
  });

  it('has the pages of the first and the last character', () => {
    const document = documentOf([
      { text: sentences(4), page: 1 },
      { text: sentences(4), page: 2 },
      { text: sentences(6), page: 3 },
    ]);
    const pages = chunkDocument(document, noOverlap).map(({ page, lastPage }) => [page, lastPage]);
    expect(pages).toEqual([
      [1, 2],
      [3, 3],
    ]);
    expect(chunkDocument(documentOf(['No pages.']))[0]).not.toHaveProperty('page');
  });

  it.each<[string, ChunkingOptions, string]>([
    ['maxTokens', { maxTokens: 3 }, 'maxTokens is 3; allowed: a whole number from 4 to 100000.'],
    ['maxTokens', { maxTokens: 10.5 }, 'maxTokens is 10.5; allowed: a whole number from 4 to 100000.'],
    [
      'overlapTokens',
      { overlapTokens: -1 },
      'overlapTokens is -1; allowed: a whole number from 0 to 999 (less than maxTokens).',
    ],
    [
      'overlapTokens',
      { maxTokens: 50 },
      'overlapTokens is 200; allowed: a whole number from 0 to 49 (less than maxTokens).',
    ],
  ])('refuses a wrong %s', (_name, options, message) => {
    expect(() => chunkDocument({ text: 'a', blocks: [] }, options)).toThrow(
      expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID', message }),
    );
  });
});

describe('overlap', () => {
  const sizes = { maxTokens: 100, overlapTokens: 30 };

  it('starts at a sentence', () => {
    for (const { text } of chunkDocument(documentOf([sentences(60)]), sizes))
      expect(text).toMatch(/^Sentence/);
  });

  it('starts at a word, exactly as far back as asked, where sentences are long', () => {
    const document = documentOf([`${'river '.repeat(500)}end`]);
    const chunks = chunkDocument(document, sizes);
    for (const [at, { start }] of chunks.slice(1).entries()) {
      expect(countTokens(document.text.slice(start, chunks[at]?.end))).toBe(30);
    }
  });

  it('goes across a heading', () => {
    const document = documentOf([heading(1, 'A'), sentences(6, 'one'), heading(1, 'B'), sentences(6, 'two')]);
    expect(chunkDocument(document, sizes)[1]?.text).toMatch(/^Sentence 4 one.*end\.\n\nB\n\n/s);
  });

  it('is at least half of what is asked, whatever the sentences', () => {
    const document = documentOf([`${sentences(1)} ${'river '.repeat(70)}end. Oh. ${sentences(30)}`]);
    const chunks = chunkDocument(document, sizes);
    for (const [at, { start }] of chunks.slice(1).entries()) {
      expect(countTokens(document.text.slice(start, chunks[at]?.end))).toBeGreaterThanOrEqual(15);
    }
  });
});

describe('the heading path', () => {
  function pathsOf(parts: Parameters<typeof documentOf>[0], options: ChunkingOptions = noOverlap) {
    return chunkDocument(documentOf(parts), options).map((chunk) => chunk.headingPath);
  }

  it('leads from the outermost heading to the section', () => {
    expect(pathsOf([heading(1, 'Handbook'), heading(3, 'Leave'), 'Everyone has 25 days.'])).toEqual([
      ['Handbook', 'Leave'],
    ]);
  });

  it('is what merged sections have in common', () => {
    const parts = [heading(1, 'Handbook'), heading(2, 'Leave'), '25 days.', heading(2, 'Pay'), 'Monthly.'];
    expect(pathsOf(parts)).toEqual([['Handbook']]);
  });

  it('is that of the beginning where merged sections have nothing in common', () => {
    expect(pathsOf([heading(1, 'Leave'), '25 days.', heading(1, 'Pay'), 'Monthly.'])).toEqual([['Leave']]);
  });

  it('is that of the new text, not of the overlap', () => {
    const parts = [heading(1, 'A'), sentences(6), heading(1, 'B'), sentences(4)];
    expect(pathsOf(parts, { maxTokens: 100, overlapTokens: 30 })).toEqual([['A'], ['B']]);
  });

  it('forgets deeper headings when a higher one follows', () => {
    const parts = [heading(1, 'A'), heading(2, 'A1'), sentences(6), heading(1, 'B'), sentences(6)];
    expect(pathsOf(parts)).toEqual([['A', 'A1'], ['B']]);
  });

  it('holds a heading as one line of at most 200 characters', () => {
    const [path] = pathsOf([heading(1, `Two\n lines ${'x'.repeat(500)}`), 'Text.'], {});
    expect(path?.[0]).toMatch(/^Two lines x+…$/);
    expect(path?.[0]?.length).toBeLessThanOrEqual(200);
  });
});

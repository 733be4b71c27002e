import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyDocument, anySizes } from '../../test/support/chunked-documents.js';
import { type Chunk, chunkDocument, countTokens } from './index.js';

const runs = { numRuns: 400 };

function pairs(chunks: readonly Chunk[]): [Chunk, Chunk][] {
  return chunks.slice(1).map((chunk, at): [Chunk, Chunk] => [chunks[at] ?? chunk, chunk]);
}

describe('chunkDocument, for any document and any sizes', () => {
  it('slices the text exactly, counts its tokens truly and stays within the limit', () => {
    fc.assert(
      fc.property(anyDocument, anySizes, (document, sizes) => {
        for (const [at, chunk] of chunkDocument(document, sizes).entries()) {
          expect(chunk.ordinal).toBe(at);
          expect(document.text.slice(chunk.start, chunk.end)).toBe(chunk.text);
          expect(chunk.text).toBe(chunk.text.trim());
          expect(chunk.text).not.toBe('');
          expect(chunk.tokens).toBe(countTokens(chunk.text));
          expect(chunk.tokens).toBeLessThanOrEqual(sizes.maxTokens);
        }
      }),
      runs,
    );
  });

  it('leaves out nothing but white space', () => {
    fc.assert(
      fc.property(anyDocument, anySizes, (document, sizes) => {
        let covered = 0;
        for (const { start, end } of chunkDocument(document, sizes)) {
          if (start > covered) expect(document.text.slice(covered, start).trim()).toBe('');
          covered = end;
        }
        expect(document.text.slice(covered).trim()).toBe('');
      }),
      runs,
    );
  });

  it('goes forward with every chunk', () => {
    fc.assert(
      fc.property(anyDocument, anySizes, (document, sizes) => {
        for (const [before, after] of pairs(chunkDocument(document, sizes))) {
          expect(after.start).toBeGreaterThan(before.start);
          expect(after.end).toBeGreaterThan(before.end);
        }
      }),
      runs,
    );
  });

  it('repeats at most the overlap that is asked for', () => {
    fc.assert(
      fc.property(anyDocument, anySizes, (document, sizes) => {
        for (const [before, after] of pairs(chunkDocument(document, sizes))) {
          const repeated = countTokens(document.text.slice(after.start, before.end));
          expect(repeated).toBeLessThanOrEqual(sizes.overlapTokens);
        }
      }),
      runs,
    );
  });

  it('never cuts a surrogate pair', () => {
    fc.assert(
      fc.property(anyDocument, anySizes, (document, sizes) => {
        for (const { start, end } of chunkDocument(document, sizes)) {
          for (const at of [start, end]) {
            expect(document.text.slice(at - 1, at + 1)).not.toMatch(/^[\ud800-\udbff][\udc00-\udfff]$/);
          }
        }
      }),
      runs,
    );
  });

  it('cuts the same document the same way again', () => {
    fc.assert(
      fc.property(anyDocument, anySizes, (document, sizes) => {
        expect(chunkDocument(document, sizes)).toEqual(chunkDocument(document, sizes));
      }),
      { numRuns: 50 },
    );
  });

  it('repeats between half and all of the overlap in text of ordinary words', () => {
    const word = fc.constantFrom('river', 'the', 'naïve', 'Wasserstraße', 'of', 'model.', 'end!', 'a,');
    const prose = fc.array(word, { minLength: 1, maxLength: 600 }).map((words) => words.join(' '));
    const sizes = fc.record({
      maxTokens: fc.integer({ min: 40, max: 120 }),
      overlapTokens: fc.integer({ min: 10, max: 30 }),
    });
    fc.assert(
      fc.property(prose, sizes, (text, { maxTokens, overlapTokens }) => {
        const document = { text, blocks: [{ kind: 'paragraph' as const, start: 0, end: text.length }] };
        for (const [before, after] of pairs(chunkDocument(document, { maxTokens, overlapTokens }))) {
          const repeated = countTokens(text.slice(after.start, before.end));
          expect(repeated * 2).toBeGreaterThanOrEqual(overlapTokens);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('cuts between characters as a reader sees them', () => {
    const units = fc.constantFrom('a', 'e\u0301', '👩‍👩‍👧‍👦', '🇩🇪', '漢', '👍🏽', ' ', '.');
    const text = fc.array(units, { minLength: 1, maxLength: 300 }).map((characters) => characters.join(''));
    const sizes = fc.record({
      maxTokens: fc.integer({ min: 30, max: 60 }),
      overlapTokens: fc.integer({ min: 0, max: 10 }),
    });
    fc.assert(
      fc.property(text, sizes, (characters, options) => {
        const document = {
          text: characters,
          blocks: [{ kind: 'paragraph' as const, start: 0, end: characters.length }],
        };
        const segments = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(characters);
        const boundaries = new Set([...segments].map(({ index }) => index).concat(characters.length));
        for (const { start, end } of chunkDocument(document, options)) {
          expect([boundaries.has(start), boundaries.has(end)]).toEqual([true, true]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

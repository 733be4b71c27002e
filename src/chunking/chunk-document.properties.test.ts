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
});

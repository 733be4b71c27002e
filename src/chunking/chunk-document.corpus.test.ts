import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documentOf, heading, type Part } from '../../test/support/chunked-documents.js';
import type { DocumentText } from './blocks.js';
import { chunkDocument, countTokens } from './index.js';

const folder = new URL('../../../shared/data/proposals/documents/', import.meta.url);
const present = existsSync(folder);
if (!present)
  console.log('Chunking of real documents is not tested: ../shared/data/proposals/documents is missing.');

function documentsOf(kind: string, count: number): DocumentText[] {
  const names = readdirSync(new URL(`${kind}/`, folder)).toSorted();
  const step = Math.max(1, Math.floor(names.length / count));
  return names
    .filter((_, at) => at % step === 0)
    .map((name) => roughBlocks(readFileSync(new URL(`${kind}/${name}`, folder), 'utf8')));
}

/** Blocks as blank lines and number signs suggest them: enough structure to chunk by. */
function roughBlocks(source: string): DocumentText {
  return documentOf(
    source.split(/\n\s*\n/).map((text): Part => {
      const marks = /^#{1,6} /.exec(text)?.[0];
      return marks ? heading(marks.length - 1, text.slice(marks.length)) : { text };
    }),
  );
}

describe.skipIf(!present)('chunkDocument on real documents', () => {
  it.each([
    ['peps', 40],
    ['rust-rfcs', 40],
  ])('covers %s, within the limit, repeating between half and all of the overlap', (kind, count) => {
    for (const document of documentsOf(kind, count)) {
      const chunks = chunkDocument(document);
      let covered = 0;
      for (const [at, chunk] of chunks.entries()) {
        expect(document.text.slice(chunk.start, chunk.end)).toBe(chunk.text);
        expect(chunk.tokens).toBe(countTokens(chunk.text));
        expect(chunk.tokens).toBeLessThanOrEqual(1000);
        if (at > 0) {
          const repeated = countTokens(document.text.slice(chunk.start, covered));
          expect(repeated).toBeLessThanOrEqual(200);
          expect(repeated).toBeGreaterThanOrEqual(100);
        } else {
          expect(document.text.slice(0, chunk.start).trim()).toBe('');
        }
        covered = chunk.end;
      }
      expect(document.text.slice(covered).trim()).toBe('');
    }
  });
});

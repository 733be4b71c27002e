import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectWellFormed } from '../../test/support/extraction.js';
import { docx, odt, pptx, shape, wordParagraph, xlsx } from '../../test/support/office.js';
import { pdf } from '../../test/support/pdf.js';
import { isAquiferError } from '../errors/index.js';
import { createExtractor, type Extractor } from './index.js';

const ORIGINALS: readonly Buffer[] = [
  docx(wordParagraph('Heading', '<w:outlineLvl w:val="0"/>') + wordParagraph('text')),
  pptx([shape('Title', '<p:ph type="title"/>'), shape('text')]),
  xlsx([{ name: 'Sheet', rows: '<row><c><v>1</v></c><c t="s"><v>0</v></c></row>' }], '<si><t>x</t></si>'),
  odt('<text:h>Heading</text:h><text:p>text</text:p>'),
  pdf([{ texts: [{ text: 'page one', y: 700 }] }, { picture: true }]),
  ...[
    "{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset204 A;}}\\f0 \\'cc\\'e8\\'f0 \\u8364? \\trowd\\intbl a\\cell b\\cell\\row}",
    '<!doctype html><title>T</title><h1>H</h1><p>a &amp; b<table><tr><td>1<td>2</table><ul><li>x</ul>',
    '# H\n\n**b** [l](u)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n',
    'a,b,c\n1,"2, 3",4\n5,6,7\n',
    '{"a": [1, {"b": "c"}], "d": null}',
    'From: a@x.test\nTo: b@x.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHi\n--b--\n',
  ].map((text) => Buffer.from(text)),
];

type Mutation = readonly [at: number, length: number, bytes: Uint8Array];

/** Replaces a stretch of a file by other bytes; `at` is a share of its length. */
function mutate(original: Buffer, mutations: readonly Mutation[]): Buffer {
  return mutations.reduce((bytes, [at, length, inserted]) => {
    const from = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(from + length)]);
  }, original);
}

const anyMutation: fc.Arbitrary<Mutation> = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat({ max: 12 }),
  fc.uint8Array({ maxLength: 8 }),
);

describe('a damaged file', () => {
  let extractor: Extractor;

  beforeAll(() => {
    extractor = createExtractor();
  });

  afterAll(() => extractor.close());

  it('ends as text or with a code, and never ends the process that reads it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ORIGINALS),
        fc.array(anyMutation, { minLength: 1, maxLength: 6 }),
        async (original, mutations) => {
          try {
            expectWellFormed(await extractor.extract({ bytes: mutate(original, mutations) }));
          } catch (error) {
            if (!isAquiferError(error)) throw error;
            expect(error.code).toMatch(/^AQF_EXTRACTION_(?!CRASHED|TIMEOUT|MEMORY)/);
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(extractor.usage().processesStarted).toBe(1);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectWellFormed, outline } from '../../test/support/extraction.js';
import { DocumentBuilder } from './builder.js';
import type { BlockKind } from './document.js';

const anyKind = fc.constantFrom<BlockKind>('heading', 'paragraph', 'list-item', 'table-row', 'code');
/** Any UTF-16 at all: control characters, lone surrogates, decomposed letters. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom('e\u0301', '\uD800', 'a\u0000b', '\uFEFF \u00AD', ' \t\n '),
);

describe('DocumentBuilder', () => {
  it('keeps blocks in order with white space between them, for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyKind, anyText)), (blocks) => {
        const builder = new DocumentBuilder(1_000_000);
        builder.add('paragraph', 'never empty');
        for (const [kind, text] of blocks) builder.add(kind, text, kind === 'heading' ? 2 : undefined);
        builder.setTitle(blocks[0]?.[1]);
        builder.setMetadata('note', blocks[1]?.[1]);
        expectWellFormed(builder.build('text'));
      }),
    );
  });

  it('says which page a block is on', () => {
    const builder = new DocumentBuilder(1000);
    builder.page = 3;
    builder.add('paragraph', 'text');
    expect(builder.build('pdf').blocks).toEqual([{ kind: 'paragraph', start: 0, end: 4, page: 3 }]);
  });

  it('joins the cells of a row and drops the empty ones at its end', () => {
    const builder = new DocumentBuilder(1000);
    builder.addRow(['Name', '', 'Year\nof birth', '', '']);
    expect(builder.build('csv').text).toBe('Name | | Year of birth');
  });

  it('takes the first heading as title where none is stated', () => {
    const builder = new DocumentBuilder(1000);
    builder.add('paragraph', 'before');
    builder.add('heading', 'Supplier\nrisk', 1);
    expect(builder.build('docx').title).toBe('Supplier risk');
  });

  it('leaves out an introduction that nothing follows, and never makes it the title', () => {
    const builder = new DocumentBuilder(1000);
    builder.introduce('Sheet1', 1);
    builder.introduce('Sheet2', 1);
    builder.add('table-row', 'a | b');
    builder.introduce('Sheet3', 1);
    const document = builder.build('xlsx');
    expect(outline(document)).toEqual(['h1: Sheet2', 'table-row: a | b']);
    expect(document.title).toBeUndefined();
  });

  it('refuses more text than the limit', () => {
    const builder = new DocumentBuilder(10);
    builder.add('paragraph', '12345');
    expect(() => builder.add('paragraph', '678901')).toThrow(
      expect.objectContaining({ code: 'AQF_EXTRACTION_EXPANDED_TOO_LARGE' }),
    );
  });

  it('refuses to build a document without text', () => {
    const builder = new DocumentBuilder(10);
    builder.add('paragraph', ' \u0000\uFEFF ');
    expect(() => builder.build('text')).toThrow(expect.objectContaining({ code: 'AQF_EXTRACTION_EMPTY' }));
  });

  it('never cuts a title inside a character', () => {
    const builder = new DocumentBuilder(10_000);
    builder.setTitle(`${'x'.repeat(499)}😀`);
    builder.add('paragraph', 'text');
    expect(builder.build('text').title).toBe('x'.repeat(499));
  });
});

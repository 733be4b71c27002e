import { describe, expect, it } from 'vitest';
import { expectWellFormed, outline, read } from '../../../test/support/extraction.js';
import { docx, odt, pptx, relationships, shape, wordParagraph, xlsx } from '../../../test/support/office.js';

const STYLES = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
  <w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
  <w:style w:styleId="Chapter"><w:name w:val="Chapter"/><w:basedOn w:val="berschrift1"/></w:style>
  <w:style w:styleId="Bullets"><w:name w:val="Bullets"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
</w:styles>`;

function docxWithStyles(body: string): Buffer {
  return docx(body, [
    { name: 'word/_rels/document.xml.rels', data: relationships([{ type: 'styles', target: 'styles.xml' }]) },
    { name: 'word/styles.xml', data: STYLES },
  ]);
}

describe('DOCX', () => {
  it('finds headings by style, inherited style and outline level', async () => {
    const document = await read(
      docxWithStyles(
        wordParagraph('One', '<w:pStyle w:val="berschrift1"/>') +
          wordParagraph('Two', '<w:pStyle w:val="Chapter"/>') +
          wordParagraph('Three', '<w:outlineLvl w:val="2"/>') +
          wordParagraph('text'),
      ),
    );
    expect(outline(document)).toEqual(['h1: One', 'h1: Two', 'h3: Three', 'paragraph: text']);
    expect(document.title).toBe('One');
  });

  it('finds list items by numbering, of the paragraph or of its style', async () => {
    const document = await read(
      docxWithStyles(
        wordParagraph('a', '<w:numPr><w:numId w:val="1"/></w:numPr>') +
          wordParagraph('b', '<w:pStyle w:val="Bullets"/>') +
          wordParagraph('c', '<w:pStyle w:val="Bullets"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
      ),
    );
    expect(outline(document)).toEqual(['list-item: a', 'list-item: b', 'paragraph: c']);
  });

  it('reads tables as rows', async () => {
    const cell = (text: string) => `<w:tc>${wordParagraph(text)}</w:tc>`;
    const row = (...texts: string[]) => `<w:tr>${texts.map(cell).join('')}</w:tr>`;
    const document = await read(docx(`<w:tbl>${row('Name', 'Year')}${row('Ada', '1815')}</w:tbl>`));
    expect(outline(document)).toEqual(['table-row: Name | Year', 'table-row: Ada | 1815']);
  });

  it('leaves out deleted text, field codes and the fallback of a choice', async () => {
    const run = (content: string) => `<w:r>${content}</w:r>`;
    const document = await read(
      docx(
        `<w:p>${run('<w:t>kept</w:t>')}<w:del>${run('<w:delText>gone</w:delText>')}</w:del>` +
          `${run('<w:instrText>PAGE</w:instrText>')}<w:ins>${run('<w:t> and added</w:t>')}</w:ins></w:p>`,
      ),
    );
    expect(document.text).toBe('kept and added');
  });

  it('reads footnotes and headers after the body, once each', async () => {
    const story = (root: string, text: string) =>
      `<w:${root} xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${wordParagraph(text)}</w:${root}>`;
    const document = await read(
      docx(wordParagraph('body'), [
        {
          name: 'word/_rels/document.xml.rels',
          data: relationships([
            { type: 'header', target: 'header1.xml' },
            { type: 'header', target: 'header1.xml' },
            { type: 'footnotes', target: 'footnotes.xml' },
          ]),
        },
        { name: 'word/header1.xml', data: story('hdr', 'header') },
        { name: 'word/footnotes.xml', data: story('footnotes', 'note') },
      ]),
    );
    expect(document.text).toBe('body\n\nnote\n\nheader');
  });
});

describe('PPTX', () => {
  it('reads each slide as a page with its title as heading', async () => {
    const document = await read(
      pptx([
        shape('Plan', '<p:ph type="title"/>') + shape('first step', '<p:ph idx="1"/>'),
        shape('7', '<p:ph type="sldNum"/>') + shape('free text'),
      ]),
    );
    expect(outline(document)).toEqual(['h1: Plan', 'list-item: first step', 'paragraph: free text']);
    expect(document.blocks.map(({ page }) => page)).toEqual([1, 1, 2]);
  });

  it('refuses more slides than the limit', async () => {
    const slides = Array.from({ length: 4 }, () => shape('x'));
    await expect(read(pptx(slides), undefined, { maxPages: 3 })).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_TOO_MANY_PAGES',
      message: 'The file has 4 pages; at most 3 are read (limit maxPages).',
    });
  });
});

describe('XLSX', () => {
  const formats =
    '<numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\-mmm\\-yy;@"/></numFmts>' +
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="10"/></cellXfs>';

  it('shows cells as Excel does: strings, dates, percentages, booleans, formula results', async () => {
    const rows =
      '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>inline</t></is></c><c t="b"><v>1</v></c></row>' +
      '<row><c s="1"><v>43831</v></c><c s="2"><v>43831</v></c><c s="3"><v>43831.5</v></c><c s="4"><v>0.125</v></c></row>' +
      '<row><c><f>A1</f><v>0.30000000000000004</v></c><c t="str"><v>text</v></c><c t="e"><v>#N/A</v></c></row>';
    const document = await read(
      xlsx([{ name: 'Data', rows }], '<si><r><t>rich </t></r><r><t>text</t></r></si>', formats),
    );
    expect(outline(document)).toEqual([
      'h1: Data',
      'table-row: rich text | inline | TRUE',
      'table-row: 2020-01-01 | 2020-01-01 | 2020-01-01 12:00:00 | 12.5%',
      'table-row: 0.3 | text | #N/A',
    ]);
  });

  it('keeps columns in place where cells are missing', async () => {
    const rows = '<row r="1"><c r="A1"><v>1</v></c><c r="D1"><v>4</v></c></row>';
    expect((await read(xlsx([{ name: 'S', rows }]))).text).toBe('S\n\n1 | | | 4');
  });

  it('numbers sheets as pages, heads them with their names and leaves out empty ones', async () => {
    const rows = '<row><c><v>1</v></c></row>';
    const document = await read(
      xlsx([
        { name: 'First', rows },
        { name: 'Blank', rows: '' },
        { name: 'Third', rows },
      ]),
    );
    expect(outline(document)).toEqual(['h1: First', 'table-row: 1', 'h1: Third', 'table-row: 1']);
    expect(document.blocks.map(({ page }) => page)).toEqual([1, 1, 3, 3]);
    expect(document.metadata).toEqual({ sheets: 'First, Blank, Third' });
  });
});

describe('ODT', () => {
  it('reads headings, lists, tables and its spelling of spaces', async () => {
    const cell = (text: string) => `<table:table-cell><text:p>${text}</text:p></table:table-cell>`;
    const document = await read(
      odt(
        '<text:h text:outline-level="2">Risk</text:h><text:p>two<text:s/>words<text:line-break/>next</text:p>' +
          '<text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>' +
          `<table:table><table:table-row>${cell('a')}${cell('b')}</table:table-row></table:table>` +
          '<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>',
      ),
    );
    expect(outline(document)).toEqual([
      'h2: Risk',
      'paragraph: two words\nnext',
      'list-item: item',
      'table-row: a | b',
    ]);
    expectWellFormed(document);
  });
});

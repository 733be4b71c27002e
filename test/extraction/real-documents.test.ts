import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAquiferError } from '../../src/errors/index.js';
import { createExtractor, type ExtractedDocument, type Extractor } from '../../src/extraction/index.js';
import { expectWellFormed, outline } from '../support/extraction.js';
import { EXPECTED_OUTCOMES } from './expected-outcomes.js';

const FOLDER = fileURLToPath(new URL('../../../shared/data/documents/', import.meta.url));
const present = existsSync(FOLDER);
if (!present) console.log('Extraction of real documents is not tested: ../shared/data/documents is missing.');

const MIB = 1024 * 1024;
const cases = Object.entries(EXPECTED_OUTCOMES).flatMap(([outcome, files]) =>
  files.map((file) => ({ file, outcome })),
);

describe.skipIf(!present)('the real documents', () => {
  let extractor: Extractor;

  beforeAll(() => {
    extractor = createExtractor();
  });

  afterAll(async () => {
    const { peakMemoryBytes, processesStarted } = extractor.usage();
    await extractor.close();
    console.log(`Extraction of real documents: peak memory ${Math.round(peakMemoryBytes / MIB)} MiB.`);
    expect(processesStarted, 'no file may end the child process').toBe(1);
    expect(peakMemoryBytes).toBeLessThan(768 * MIB);
  });

  function extract(file: string, name = file): Promise<ExtractedDocument> {
    return extractor.extract({ bytes: readFileSync(join(FOLDER, file)), name });
  }

  it('are all expected, and none is missing', () => {
    expect(cases.map(({ file }) => file).sort()).toEqual(readdirSync(FOLDER).sort());
  });

  it.each(cases)('$file ends as $outcome', async ({ file, outcome }) => {
    const ending = await extract(file).catch((error: unknown) => error);
    if (isAquiferError(ending)) {
      expect(ending.code).toBe(outcome);
      expect(ending.message).not.toBe('');
      return;
    }
    const document = ending as ExtractedDocument;
    expect(document.format).toBe(outcome);
    expectWellFormed(document);
  });

  it('end the same under a wrong extension, but for kinds of plain text', async () => {
    for (const { file, outcome } of cases) {
      if (['text', 'csv', 'markdown'].includes(outcome)) continue;
      const ending = await extract(file, 'wrong.extension').then(
        ({ format }) => format,
        (error: { code: string }) => error.code,
      );
      expect(ending, file).toBe(outcome);
    }
  });

  it('keep their pages: PDF', async () => {
    const document = await extract('pdfjs-issue17730.pdf');
    expect(outline(document).slice(0, 2)).toEqual(['paragraph: Antenna House, Inc.', 'h1: Links in PDF']);
    expect(document.title).toBe('Links in PDF – Antenna House, Inc.');
    const about = document.blocks.find((block) => document.text.startsWith('About', block.start));
    expect(about).toMatchObject({ kind: 'heading', page: 2 });
  });

  it('keep characters that need a character map: Chinese and Korean PDF', async () => {
    expect((await extract('pdfjs-issue2128r.pdf')).text).toContain('浅谈校长的魅力');
    expect((await extract('pdfjs-issue5010.pdf')).text).toContain('카피라이터');
  });

  it('keep form values that are not in the page content: PDF', async () => {
    expect((await extract('pdfjs-bug1825002.pdf')).text).toBe('123,45.7A');
  });

  it('keep headings, rows, notes and diagrams: DOCX', async () => {
    const alice = await extract('poi-smarttag-snippet.docx');
    expect(outline(alice).slice(1)).toEqual([
      "h1: Alice's Adventures in Wonderland",
      'h2: Lewis Carroll',
      'h2: The Millennium Fulcrum Edition 3.0',
    ]);
    expect(outline(await extract('poi-tika-3816.docx'))).toEqual([
      'paragraph: Sample 1:',
      'table-row: Note | Details',
      'table-row: Choose an item. | Here is just a sample',
    ]);
    expect((await extract('poi-footnotes.docx')).text).toContain('snoska');
    expect((await extract('poi-Headers.docx')).text).toBe('Section 1\n\nSection 2\n\nSection 3');
    expect((await extract('tika-testWORD_diagramData.docx')).text).toContain('And then here.');
  });

  it('keep a document inserted as mail archive: DOCX', async () => {
    expect(outline(await extract('tika-testAltChunkMHT.docx'))).toContain('table-row: Col 1 | Col 2');
  });

  it('keep slides and their titles: PPTX', async () => {
    const document = await extract('tika-testPPT_groups.pptx');
    expect(outline(document)[0]).toBe('h1: MyTitle');
    expect(document.blocks[0]?.page).toBe(2);
    expect(document.text).toContain('Smart5');
  });

  it('keep rows and sheet names: XLSX', async () => {
    expect(outline(await extract('tika-testEXCEL_charts.xlsx')).slice(0, 3)).toEqual([
      'h1: Sheet1',
      'table-row: MONTH | NUMBER',
      'table-row: January | 5',
    ]);
  });

  it('keep lists and tables: ODT', async () => {
    expect(outline(await extract('tika-testNPEOpenDocument.odt'))).toContain('list-item: Generar la clave');
    expect(outline(await extract('tika-testODTStyles2.odt'))).toContain(
      'table-row: Identificatie vredegerecht | Vredegerecht Name',
    );
  });

  it('decode their charset: RTF, text, HTML', async () => {
    expect((await extract('tika-testFontAfterBufferedText.rtf')).text).toBe('Уважаемый клиент!');
    expect((await extract('tika-russian.cp866.txt')).text).toMatch(/^Однажды, в студеную зимнюю пору,/);
    expect((await extract('tika-testTXT_win-1252.txt')).text).toContain('“windows”');
    expect((await extract('tika-testHTML_charset_utf8.html')).title).toBe('Title');
  });

  it('keep subject, body and attachments: EML', async () => {
    const document = await extract('tika-test-incremental-updates.eml');
    expect(document.title).toBe('test incremental updates');
    expect(outline(document)).toContain('h2: testPDF_incrementalUpdates.pdf');
    expect(document.text).toContain('Testing Incremental');
    expect(document.metadata).toMatchObject({ from: 'Tim Allison <tallison@apache.org>' });
  });

  it('keep every value: JSON, CSV, Markdown', async () => {
    expect((await extract('tika-test.json')).text).toContain('id: myid-99');
    expect((await extract('tika-foo.csv')).text).toContain('123 | abc def | -987');
    expect(outline(await extract('tika-testMARKDOWN.md'))).toContain('code: System.out.println("hi");');
  });
});

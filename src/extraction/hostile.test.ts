import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  docx,
  docxOf,
  odt,
  relationships,
  WORD_HEAD,
  WORD_TAIL,
  wordParagraph,
} from '../../test/support/office.js';
import { pdf } from '../../test/support/pdf.js';
import { deflatedRepeats, type ZipEntry, zip } from '../../test/support/zip.js';
import { createExtractor, type Extractor } from './index.js';

const MIB = 1024 * 1024;
const MEMORY_MB = 512;

let extractor: Extractor;

beforeAll(() => {
  extractor = createExtractor({ memoryMb: MEMORY_MB, timeoutMs: 20_000 });
});

afterAll(async () => {
  const { peakMemoryBytes } = extractor.usage();
  await extractor.close();
  expect(peakMemoryBytes).toBeLessThan((MEMORY_MB + 64) * MIB);
});

/** The code a file ends with; the next file must be read as if nothing had been. */
async function codeOf(bytes: Uint8Array, name?: string): Promise<string> {
  const source = name === undefined ? { bytes } : { bytes, name };
  const code = await extractor.extract(source).then(
    () => 'text',
    (error: { code: string }) => error.code,
  );
  expect((await extractor.extract({ bytes: Buffer.from('next file') })).text).toBe('next file');
  return code;
}

/** `word/document.xml` of many megabytes of spaces in some kilobytes. */
const bomb = (megabytes: number) => deflatedRepeats(WORD_HEAD, Buffer.alloc(MIB, ' '), megabytes, WORD_TAIL);

function docxBomb(megabytes: number, declaredSize: number): Buffer {
  return docxParts({ deflated: bomb(megabytes) }, declaredSize);
}

function docxParts(data: ZipEntry['data'], declaredSize: number): Buffer {
  return zip([
    { name: '_rels/.rels', data: relationships([{ type: 'officeDocument', target: 'word/document.xml' }]) },
    { name: 'word/document.xml', data, declaredSize },
  ]);
}

const ENTITIES = `<!DOCTYPE bomb [<!ENTITY a "${'lol'.repeat(10)}">${Array.from(
  'bcdefghij',
  (name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`,
).join('')}]>`;

describe('a ZIP bomb', () => {
  it('that says how large it is is refused before it is expanded', async () => {
    expect(await codeOf(docxBomb(700, 700 * MIB))).toBe('AQF_EXTRACTION_EXPANDED_TOO_LARGE');
  });

  it('within the size limit is refused for its ratio', async () => {
    expect(await codeOf(docxBomb(200, 200 * MIB))).toBe('AQF_EXTRACTION_EXPANDED_TOO_LARGE');
  });

  it('that lies about its size is stopped while it expands', async () => {
    expect(await codeOf(docxBomb(700, 1000))).toBe('AQF_EXTRACTION_EXPANDED_TOO_LARGE');
  });

  it('inside an inserted document is left out and named, and the rest is read', async () => {
    const rels = relationships([{ type: 'aFChunk', target: 'inner.docx' }]);
    const outer = docx(`${wordParagraph('outer')}<w:altChunk r:id="rId1"/>`, [
      { name: 'word/_rels/document.xml.rels', data: rels },
      { name: 'word/inner.docx', data: docxBomb(700, 1000) },
    ]);
    const document = await extractor.extract({ bytes: outer });
    expect(document.text).toBe('outer');
    expect(document.metadata['parts not read']).toBe('word/inner.docx (AQF_EXTRACTION_EXPANDED_TOO_LARGE)');
  });

  it('of archives within archives is not opened at all', async () => {
    const nested = zip([{ name: 'a.zip', data: zip([{ name: 'b.zip', data: docxBomb(700, 1000) }]) }]);
    expect(await codeOf(nested)).toBe('AQF_EXTRACTION_UNSUPPORTED');
  });
});

describe('XML that declares entities', () => {
  it('is refused in DOCX, ODT and XLSX', async () => {
    expect(await codeOf(docxOf(`${ENTITIES}${WORD_HEAD}&j;${WORD_TAIL}`))).toBe('AQF_EXTRACTION_HOSTILE');
    expect(await codeOf(odt('<text:p>&j;</text:p>', ENTITIES))).toBe('AQF_EXTRACTION_HOSTILE');
    const workbook = zip([
      { name: '_rels/.rels', data: relationships([{ type: 'officeDocument', target: 'xl/workbook.xml' }]) },
      { name: 'xl/workbook.xml', data: `${ENTITIES}<workbook>&j;</workbook>` },
    ]);
    expect(await codeOf(workbook)).toBe('AQF_EXTRACTION_HOSTILE');
  });

  it('has them expanded nowhere in HTML', async () => {
    const document = await extractor.extract({
      bytes: Buffer.from(`${ENTITIES.replace('bomb', 'html')}<html><body><p>a &j; b</p></body></html>`),
    });
    expect(document.text.length).toBeLessThan(1000);
  });
});

describe('nesting without end', () => {
  const deep = 100_000;

  it.each([
    ['HTML', `<!doctype html>${'<div>'.repeat(deep)}x`, 'a.html'],
    ['JSON arrays', `${'[['.repeat(deep)}1${']]'.repeat(deep)}`, 'a.json'],
    ['JSON objects', `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`, 'a.json'],
    ['Markdown', `${'>'.repeat(deep)} text`, 'a.md'],
    ['RTF', `{\\rtf1 ${'{'.repeat(deep)}x`, 'a.rtf'],
  ])('in %s is refused', async (_, content, name) => {
    expect(await codeOf(Buffer.from(content), name)).toBe('AQF_EXTRACTION_TOO_DEEP');
  });

  it('in the XML of an Office file is refused', async () => {
    expect(await codeOf(docx('<w:sdt>'.repeat(deep)))).toBe('AQF_EXTRACTION_TOO_DEEP');
  });

  it('in a line of Markdown is read as text', async () => {
    expect(await codeOf(Buffer.from(`${'['.repeat(deep)}text`), 'a.md')).toBe('text');
  });
});

describe('broken and disguised files', () => {
  it('of zeros, of noise and of half an archive each have their code', async () => {
    const noise = Buffer.from(
      Array.from({ length: 4096 }, (_, index) => (index * 7919 + (index >> 3)) % 256),
    );
    expect(await codeOf(Buffer.alloc(MIB))).toBe('AQF_EXTRACTION_EMPTY');
    expect(await codeOf(noise)).toBe('AQF_EXTRACTION_UNSUPPORTED');
    const whole = docx(wordParagraph('x'));
    expect(await codeOf(whole.subarray(0, whole.length >> 1), 'a.docx')).toBe('AQF_EXTRACTION_CORRUPT');
  });

  it('are read by their content whatever they are called', async () => {
    expect(await codeOf(docx(wordParagraph('x')), 'a.pdf')).toBe('text');
    expect(await codeOf(pdf([{ texts: [{ text: 'x', y: 700 }] }]), 'a.txt')).toBe('text');
  });

  it('with XML that is not well-formed are corrupt', async () => {
    expect(await codeOf(docxOf('<w:document><w:body></w:document>'))).toBe('AQF_EXTRACTION_CORRUPT');
  });

  it('with more pages than the limit are refused', async () => {
    expect(await codeOf(pdf(Array.from({ length: 10_000 }, () => ({}))))).toBe(
      'AQF_EXTRACTION_TOO_MANY_PAGES',
    );
  });

  it('whose pages lead back to themselves end', async () => {
    const looped = pdf([{ texts: [{ text: 'x', y: 700 }] }])
      .toString('latin1')
      .replace('/Kids [6 0 R]', '/Kids [2 0 R]');
    expect(await codeOf(Buffer.from(looped, 'latin1'))).toBe('AQF_EXTRACTION_CORRUPT');
  });
});

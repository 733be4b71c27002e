import { describe, expect, it } from 'vitest';
import { docx, odt, pptx, shape, wordParagraph, xlsx } from '../../../test/support/office.js';
import { pdf } from '../../../test/support/pdf.js';
import { zip } from '../../../test/support/zip.js';
import { ExpansionBudget } from '../archive/expansion.js';
import { detectFormat } from './detect.js';

function detect(content: string | Uint8Array, name?: string) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return detectFormat(name === undefined ? { bytes } : { bytes, name }, new ExpansionBudget(1_000_000));
}

const CONTENTS = {
  pdf: pdf([{}]),
  docx: docx(wordParagraph('x')),
  pptx: pptx([shape('x')]),
  xlsx: xlsx([{ name: 'S', rows: '' }]),
  odt: odt('<text:p>x</text:p>'),
  rtf: '{\\rtf1 x}',
  html: '<!DOCTYPE html>\n<title>x</title>',
  json: '[{"a": 1}]',
  eml: 'From: a@x.test\nTo: b@x.test\n\nHi',
  csv: 'a,b,c\n1,2,3\n4,5,6\n',
  markdown: '# Title\n\nSome **bold** text.\n',
  text: 'Just a sentence, with one comma.\nAnd another one, like it.\n',
} as const;

const formats = Object.keys(CONTENTS) as (keyof typeof CONTENTS)[];

describe('detectFormat', () => {
  it.each(formats)('finds %s without a name', async (format) => {
    expect(await detect(CONTENTS[format])).toBe(format);
  });

  it.each(formats)('finds %s under a wrong name', async (format) => {
    for (const name of ['x.exe', 'x.pdf', 'x.docx', 'x.json', 'x.html', 'noextension']) {
      expect(await detect(CONTENTS[format], name)).toBe(format);
    }
  });

  it('lets the name decide between kinds of plain text', async () => {
    const plain = 'one, two\n';
    expect(await detect(plain, 'A.MD')).toBe('markdown');
    expect(await detect(plain, 'a.csv')).toBe('csv');
    expect(await detect(plain, 'a.txt')).toBe('text');
    expect(await detect('# comment\n**x**\n', 'a.txt')).toBe('text');
  });

  it('reads a Markdown file that begins with a tag as Markdown', async () => {
    const readme = '<p align="center">Logo</p>\n\n# Title\n\n[link](https://x.test)\n';
    expect(await detect(readme, 'README.md')).toBe('markdown');
    expect(await detect(readme)).toBe('markdown');
  });

  it('tells JSON arrays from text that begins with brackets', async () => {
    for (const json of ['[1, 2]', '["a", "b"]', '[[1], [2]]', '[{}]', '[]', '[true]']) {
      expect(await detect(json)).toBe('json');
    }
    for (const text of ['[[Wiki link]] and text', '[x] done', '[link](https://x.test) here', '[sic] said']) {
      expect(await detect(text, 'a.md')).toBe('markdown');
      expect(await detect(text)).toBe('text');
    }
    expect(await detect('["quoted"] text', 'a.txt')).toBe('text');
    expect(await detect('[{"a": 1}]', 'a.txt')).toBe('json');
  });

  it('takes neither a PEP nor a log for mail', async () => {
    expect(await detect('PEP: 1\nTitle: x\nContent-Type: text/x-rst\n\nBody')).toBe('text');
    expect(await detect('Error: no\nDate: never\n')).toBe('text');
  });

  it('reads templates and macro-enabled files as their kind', async () => {
    const types = (type: string) =>
      `<Types><Override PartName="/x.xml" ContentType="application/${type}"/></Types>`;
    const of = (type: string) => detect(zip([{ name: '[Content_Types].xml', data: types(type) }]));
    expect(await of('vnd.ms-word.document.macroEnabled.main+xml')).toBe('docx');
    expect(await of('vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml')).toBe('xlsx');
    expect(await of('vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml')).toBe('pptx');
  });

  it.each([
    ['a PNG image', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['a gzip archive', Buffer.from('1f8b0800000000000003ab00', 'hex')],
    ['a ZIP archive', zip([{ name: 'a.txt', data: 'x' }])],
    ['an EPUB book', zip([{ name: 'mimetype', data: 'application/epub+zip' }])],
    ['an XML document', '<?xml version="1.0"?><note/>'],
    ['an unknown binary file', Buffer.from([1, 2, 3, 0, 0, 0, 5, 6, 7, 0])],
    ['an Outlook message (.msg)', ole('__properties_version1.0')],
    ['a legacy Word document (.doc)', ole('WordDocument')],
    ['a legacy Excel workbook (.xls)', ole('Workbook')],
  ])('names what it does not read: %s', async (what, content) => {
    await expect(detect(content)).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_UNSUPPORTED',
      message: `The file is ${what}, which is not read.`,
    });
  });

  it('knows an Office file with a password', async () => {
    await expect(detect(ole('EncryptedPackage'))).rejects.toMatchObject({ code: 'AQF_EXTRACTION_ENCRYPTED' });
  });

  it('says of a file of zeros that it is empty', async () => {
    await expect(detect(Buffer.alloc(10_000))).rejects.toMatchObject({ code: 'AQF_EXTRACTION_EMPTY' });
  });

  it('says of a truncated archive that it is corrupt', async () => {
    const whole = docx(wordParagraph('x'));
    await expect(detect(whole.subarray(0, whole.length - 200))).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_CORRUPT',
    });
  });
});

function ole(stream: string): Buffer {
  const signature = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  return Buffer.concat([signature, Buffer.alloc(512), Buffer.from(stream, 'utf16le'), Buffer.alloc(512)]);
}

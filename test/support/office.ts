import { type ZipEntry, zip } from './zip.js';

/** Office files written by hand: only the parts that a reader must have. */

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const A = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const P = 'http://schemas.openxmlformats.org/presentationml/2006/main';
const X = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const RELS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const CONTENT_TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';
const OFFICE_TYPE = 'application/vnd.openxmlformats-officedocument';

type Content = ZipEntry['data'];

/** A DOCX whose `document.xml` is given whole. */
export function docxOf(document: Content, more: readonly ZipEntry[] = []): Buffer {
  return officeFile('word/document.xml', `${OFFICE_TYPE}.wordprocessingml.document.main+xml`, document, more);
}

/** A DOCX with this body. */
export function docx(body: string, more: readonly ZipEntry[] = []): Buffer {
  return docxOf(`<w:document xmlns:w="${W}" xmlns:r="${R}"><w:body>${body}</w:body></w:document>`, more);
}

export const WORD_HEAD = `<w:document xmlns:w="${W}"><w:body><w:p><w:r><w:t>`;
export const WORD_TAIL = '</w:t></w:r></w:p></w:body></w:document>';

export function wordParagraph(text: string, properties = ''): string {
  return `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
}

/** A PPTX of slides whose shapes are given. */
export function pptx(slides: readonly string[]): Buffer {
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join('');
  const parts = slides.map((shapes, index) => ({
    name: `ppt/slides/slide${index + 1}.xml`,
    data: `<p:sld xmlns:p="${P}" xmlns:a="${A}"><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`,
  }));
  const targets = slides.map((_, index) => ({ type: 'slide', target: `slides/slide${index + 1}.xml` }));
  return officeFile(
    'ppt/presentation.xml',
    `${OFFICE_TYPE}.presentationml.presentation.main+xml`,
    `<p:presentation xmlns:p="${P}" xmlns:r="${R}"><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
    [...parts, { name: 'ppt/_rels/presentation.xml.rels', data: relationships(targets) }],
  );
}

export function shape(text: string, placeholder = ''): string {
  const kind = placeholder === '' ? '' : `<p:nvSpPr><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr>`;
  return `<p:sp>${kind}<p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
}

export interface TestSheet {
  readonly name: string;
  /** Content of `sheetData`. */
  readonly rows: string;
}

/** An XLSX with shared strings and cell styles given as XML. */
export function xlsx(sheets: readonly TestSheet[], strings = '', styles = ''): Buffer {
  const list = sheets.map(
    ({ name }, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  const targets = [
    ...sheets.map((_, index) => ({ type: 'worksheet', target: `worksheets/sheet${index + 1}.xml` })),
    { type: 'sharedStrings', target: 'sharedStrings.xml' },
    { type: 'styles', target: 'styles.xml' },
  ];
  return officeFile(
    'xl/workbook.xml',
    `${OFFICE_TYPE}.spreadsheetml.sheet.main+xml`,
    `<workbook xmlns="${X}" xmlns:r="${R}"><sheets>${list.join('')}</sheets></workbook>`,
    [
      { name: 'xl/_rels/workbook.xml.rels', data: relationships(targets) },
      { name: 'xl/sharedStrings.xml', data: `<sst xmlns="${X}">${strings}</sst>` },
      { name: 'xl/styles.xml', data: `<styleSheet xmlns="${X}">${styles}</styleSheet>` },
      ...sheets.map(({ rows }, index) => ({
        name: `xl/worksheets/sheet${index + 1}.xml`,
        data: `<worksheet xmlns="${X}"><sheetData>${rows}</sheetData></worksheet>`,
      })),
    ],
  );
}

/** An ODT whose `office:text` is given. */
export function odt(text: string, prologue = ''): Buffer {
  const ns = 'urn:oasis:names:tc:opendocument:xmlns';
  return zip([
    { name: 'mimetype', data: 'application/vnd.oasis.opendocument.text' },
    {
      name: 'content.xml',
      data:
        `${prologue}<office:document-content xmlns:office="${ns}:office:1.0" xmlns:text="${ns}:text:1.0" ` +
        `xmlns:table="${ns}:table:1.0"><office:body><office:text>${text}</office:text></office:body>` +
        '</office:document-content>',
    },
  ]);
}

export function relationships(targets: readonly { type: string; target: string }[]): string {
  const list = targets.map(
    ({ type, target }, index) =>
      `<Relationship Id="rId${index + 1}" Type="${R}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${RELS}">${list.join('')}</Relationships>`;
}

function officeFile(main: string, type: string, content: Content, more: readonly ZipEntry[]): Buffer {
  return zip([
    {
      name: '[Content_Types].xml',
      data: `<Types xmlns="${CONTENT_TYPES}"><Override PartName="/${main}" ContentType="${type}"/></Types>`,
    },
    { name: '_rels/.rels', data: relationships([{ type: 'officeDocument', target: main }]) },
    { name: main, data: content },
    ...more,
  ]);
}

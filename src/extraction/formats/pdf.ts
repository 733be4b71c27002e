import type { PDFDocumentProxy } from 'pdfjs-dist';
import { AquiferError, messageOf } from '../../errors/index.js';
import type { DocumentBuilder } from '../builder.js';
import type { FormatReader } from '../context.js';
import { corrupt, encrypted, tooManyPages } from '../failures.js';
import { HeadingSizes } from '../pdf/heading-sizes.js';
import { pagesWithImages } from '../pdf/image-probe.js';
import { joinLines } from '../pdf/joined-lines.js';
import { describePdf } from '../pdf/metadata.js';
import { formatPageRanges } from '../pdf/page-ranges.js';
import { type PdfPages, readPages } from '../pdf/pages.js';
import { isListItem, type PdfParagraph } from '../pdf/paragraphs.js';
import { PdfEngine } from '../pdf/pdfjs.js';

/**
 * PDF (ISO 32000) by pdf.js: paragraphs with their page, headings where the font size is clear. A document
 * whose pages are pictures is refused; single pictured pages are named in the metadata.
 */
export const readPdf: FormatReader = async ({ bytes }, into, { limits }) => {
  const engine = await PdfEngine.load();
  const task = engine.open(bytes);
  try {
    const document = await task.promise.catch((error: unknown) => {
      throw openingError(error);
    });
    if (document.numPages > limits.maxPages) throw tooManyPages(document.numPages, limits.maxPages);
    await readDocument(document, engine, bytes, into);
  } finally {
    await task.destroy();
  }
};

async function readDocument(
  document: PDFDocumentProxy,
  engine: PdfEngine,
  bytes: Uint8Array,
  into: DocumentBuilder,
): Promise<void> {
  await describePdf(document, into);
  const pages = await readPages(document, into);
  write(pages, document.numPages, into);
  const scanned = pages.blank.length === 0 ? [] : await pagesWithImages(engine, bytes, pages.blank);
  if (into.isEmpty && scanned.length > 0) throw scannedOnly(scanned.length);
  into.setMetadata('scanned pages', formatPageRanges(scanned));
  into.setMetadata('unreadable pages', formatPageRanges(pages.unreadable));
}

function write({ paragraphs, forms }: PdfPages, numPages: number, into: DocumentBuilder): void {
  const headings = new HeadingSizes(paragraphs);
  let next = 0;
  for (let page = 1; page <= numPages; page += 1) {
    into.page = page;
    for (; paragraphs[next]?.page === page; next += 1) writeParagraph(paragraphs[next], headings, into);
    for (const value of forms.get(page) ?? []) into.add('paragraph', value);
  }
}

function writeParagraph(
  paragraph: PdfParagraph | undefined,
  headings: HeadingSizes,
  into: DocumentBuilder,
): void {
  if (!paragraph) return;
  const text = joinLines(paragraph.lines.map((line) => line.text));
  const level = headings.levelOf(paragraph);
  if (level !== undefined) into.add('heading', text, level);
  else into.add(isListItem(paragraph) ? 'list-item' : 'paragraph', text);
}

function openingError(error: unknown): AquiferError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') return encrypted('a PDF document');
  return corrupt('PDF', new Error(messageOf(error)));
}

function scannedOnly(pages: number): AquiferError {
  return new AquiferError(
    'AQF_EXTRACTION_SCANNED',
    `The file has no text, only pictures on ${pages} ${pages === 1 ? 'page' : 'pages'}.`,
    { facts: { pages } },
  );
}

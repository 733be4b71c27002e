import type { PDFDocumentProxy } from 'pdfjs-dist';
import { messageOf } from '../../errors/index.js';
import type { DocumentBuilder } from '../builder.js';
import { corrupt } from '../failures.js';
import { formText } from './form-text.js';
import { linesOfPage } from './lines.js';
import { type PdfParagraph, paragraphsOf } from './paragraphs.js';

/** The text of a PDF, page by page. */
export interface PdfPages {
  readonly paragraphs: readonly PdfParagraph[];
  /** Values of form fields and free-text notes, by page. */
  readonly forms: ReadonlyMap<number, readonly string[]>;
  /** Pages that hold no text. */
  readonly blank: readonly number[];
  /** Pages that could not be read while others could. */
  readonly unreadable: readonly number[];
}

/** @throws AQF_EXTRACTION_CORRUPT when no page can be read */
export async function readPages(document: PDFDocumentProxy, into: DocumentBuilder): Promise<PdfPages> {
  const paragraphs: PdfParagraph[] = [];
  const forms = new Map<number, string[]>();
  const blank: number[] = [];
  const unreadable: number[] = [];
  let reason = '';
  let length = 0;
  for (let number = 1; number <= document.numPages; number += 1) {
    try {
      const { own, form } = await readPage(document, number);
      paragraphs.push(...own);
      if (form.length > 0) forms.set(number, form);
      if (own.length + form.length === 0) blank.push(number);
      length += own.flatMap(({ lines }) => lines).reduce((sum, { text }) => sum + text.length, 0);
    } catch (error) {
      unreadable.push(number);
      reason ||= messageOf(error);
    }
    into.reserve(length);
  }
  if (unreadable.length === document.numPages)
    throw corrupt('PDF', new Error(`no page is readable: ${reason}`));
  return { paragraphs, forms, blank, unreadable };
}

async function readPage(document: PDFDocumentProxy, number: number) {
  const page = await document.getPage(number);
  const own = paragraphsOf(linesOfPage(await page.getTextContent(), number));
  const form = await formText(page);
  page.cleanup();
  return { own, form };
}

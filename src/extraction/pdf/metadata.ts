import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { DocumentBuilder } from '../builder.js';
import { statedTitle } from '../text/stated-title.js';

const LABELS: Readonly<Record<string, string>> = {
  Author: 'author',
  Subject: 'subject',
  Keywords: 'keywords',
  Creator: 'application',
};

export async function describePdf(document: PDFDocumentProxy, into: DocumentBuilder): Promise<void> {
  const info = await readInfo(document);
  into.setTitle(statedTitle(plain(info.Title)));
  for (const [field, label] of Object.entries(LABELS)) into.setMetadata(label, plain(info[field]));
}

/** A broken information dictionary does not cost the document. */
async function readInfo(document: PDFDocumentProxy): Promise<Record<string, unknown>> {
  try {
    const { info } = await document.getMetadata();
    return { ...info };
  } catch {
    return {};
  }
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

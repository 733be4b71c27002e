import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { PdfEngine } from './pdfjs.js';

/** What pdf.js warns of when an image is larger than `maxImageSize`. */
const IMAGE_REMOVED = 'Image exceeded maximum allowed size';

/**
 * Tells which pages show an image, without decoding any: every image is declared too large, and pdf.js
 * says on its console that it left one out.
 */
export async function pagesWithImages(
  engine: PdfEngine,
  bytes: Uint8Array,
  pages: readonly number[],
): Promise<number[]> {
  const task = engine.open(bytes, { maxImageSize: 0, verbosity: engine.pdfjs.VerbosityLevel.WARNINGS });
  try {
    const document = await task.promise;
    const found: number[] = [];
    for (const page of pages) if (await showsImage(document, page)) found.push(page);
    return found;
  } finally {
    await task.destroy();
  }
}

async function showsImage(document: PDFDocumentProxy, number: number): Promise<boolean> {
  const warnings = await collectWarnings(async () => {
    const page = await document.getPage(number);
    await page.getOperatorList();
    page.cleanup();
  });
  return warnings.some((warning) => warning.includes(IMAGE_REMOVED));
}

/** The console is this process's own, and files are read one at a time. */
async function collectWarnings(run: () => Promise<void>): Promise<string[]> {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (message: unknown) => {
    warnings.push(String(message));
  };
  try {
    await run();
  } catch {
    // A page whose drawing cannot be followed to its end still said which images it met.
  } finally {
    console.warn = warn;
  }
  return warnings;
}

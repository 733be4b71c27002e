import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PDFDocumentLoadingTask } from 'pdfjs-dist';
import { loadPeer } from '../../peers/index.js';

export type Pdfjs = typeof import('pdfjs-dist');
type DocumentParameters = Exclude<
  Parameters<Pdfjs['getDocument']>[0],
  undefined | string | URL | ArrayBuffer
>;

/** pdf.js with its data files, from the optional package `pdfjs-dist`. */
export class PdfEngine {
  readonly pdfjs: Pdfjs;
  readonly #folder: string;

  private constructor(pdfjs: Pdfjs, folder: string) {
    this.pdfjs = pdfjs;
    this.#folder = folder;
  }

  /** @throws AQF_PEER_MISSING */
  static async load(): Promise<PdfEngine> {
    const peer = { name: 'pdfjs-dist', install: 'pdfjs-dist@5.6', neededBy: 'This file' };
    return loadPeer(peer, async () => {
      const pdfjs: Pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
      const manifest = createRequire(import.meta.url).resolve('pdfjs-dist/package.json');
      return new PdfEngine(pdfjs, dirname(manifest));
    });
  }

  /**
   * Begins to read a document. Its scripts are not run, no code is generated, and nothing is fetched:
   * character maps and font metrics come from the package's own folder.
   */
  open(bytes: Uint8Array, overrides: DocumentParameters = {}): PDFDocumentLoadingTask {
    return this.pdfjs.getDocument({
      data: new Uint8Array(bytes),
      verbosity: this.pdfjs.VerbosityLevel.ERRORS,
      isEvalSupported: false,
      enableXfa: false,
      useWasm: false,
      useWorkerFetch: false,
      useSystemFonts: false,
      disableFontFace: true,
      isOffscreenCanvasSupported: false,
      isImageDecoderSupported: false,
      cMapUrl: join(this.#folder, 'cmaps', '/'),
      cMapPacked: true,
      standardFontDataUrl: join(this.#folder, 'standard_fonts', '/'),
      ...overrides,
    });
  }
}

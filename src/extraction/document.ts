/** The formats that extraction reads, found by content rather than by file name. */
export const DOCUMENT_FORMATS = [
  'pdf',
  'docx',
  'pptx',
  'xlsx',
  'odt',
  'rtf',
  'html',
  'markdown',
  'text',
  'csv',
  'json',
  'eml',
] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

export type BlockKind = 'heading' | 'paragraph' | 'list-item' | 'table-row' | 'code';

/** One piece of the document's text: `text.slice(start, end)`. Blocks are in order and do not overlap. */
export interface ExtractedBlock {
  readonly kind: BlockKind;
  /** UTF-16 code unit offsets into the extracted text. */
  readonly start: number;
  readonly end: number;
  /** 1-based page (PDF), slide (PPTX) or sheet (XLSX); absent where the format has none. */
  readonly page?: number;
  /** 1 to 6, only on headings. */
  readonly level?: number;
}

/** A document as text with its structure. Between blocks `text` holds white space only. */
export interface ExtractedDocument {
  readonly format: DocumentFormat;
  /** Title stated by the document itself (metadata, first heading, mail subject). */
  readonly title?: string;
  readonly text: string;
  readonly blocks: readonly ExtractedBlock[];
  /** Author, subject, sheet names … as plain text. */
  readonly metadata: Readonly<Record<string, string>>;
}

import type { BlockKind, DocumentFormat, ExtractedBlock, ExtractedDocument } from './document.js';
import { empty, expandedTooLarge } from './failures.js';
import { cleanCode, cleanLine, cleanLineUpTo, cleanProse } from './text/clean.js';

const MAX_TITLE_LENGTH = 500;
const MAX_METADATA_LENGTH = 4000;

/**
 * Assembles a document block by block. Every block is cleaned as it arrives, so the offsets are final at
 * once and the text between two blocks is line breaks only.
 */
export class DocumentBuilder {
  /** 1-based page, slide or sheet that following blocks belong to. */
  page: number | undefined;
  readonly #maxTextLength: number;
  readonly #parts: string[] = [];
  readonly #blocks: ExtractedBlock[] = [];
  readonly #metadata = new Map<string, string>();
  #length = 0;
  #title: string | undefined;
  #firstHeading: string | undefined;
  #introduction: { readonly text: string; readonly level: number } | undefined;

  constructor(maxTextLength: number) {
    this.#maxTextLength = maxTextLength;
  }

  get isEmpty(): boolean {
    return this.#blocks.length === 0;
  }

  /** Blank text adds no block. `level` (1 to 6) is for headings only. */
  add(kind: BlockKind, raw: string, level?: number): void {
    this.reserve(raw.length);
    const text = kind === 'code' ? cleanCode(raw) : cleanProse(raw);
    if (text.trim() === '') return;
    this.#addIntroduction();
    if (kind === 'heading') this.#firstHeading ??= text;
    this.#push(kind, text, level);
  }

  /** A heading for what follows, such as a sheet's name: left out when nothing follows, and never a title. */
  introduce(raw: string, level: number): void {
    this.#introduction = { text: cleanLineUpTo(raw, MAX_TITLE_LENGTH), level };
  }

  /** One row as one block, cells joined by ` | `; empty cells at its end are dropped. */
  addRow(cells: readonly string[]): void {
    const last = cells.findLastIndex((cell) => cell.trim() !== '');
    this.add(
      'table-row',
      cells
        .slice(0, last + 1)
        .map(cleanLine)
        .join(' | '),
    );
  }

  /**
   * Says that `length` more characters are about to be held.
   * @throws AQF_EXTRACTION_EXPANDED_TOO_LARGE
   */
  reserve(length: number): void {
    if (this.#length + length <= this.#maxTextLength) return;
    throw expandedTooLarge(
      `The file holds more text than ${this.#maxTextLength} characters (limit maxTextLength).`,
    );
  }

  /** The first title stated wins. */
  setTitle(raw: string | undefined): void {
    const title = cleanLineUpTo(raw ?? '', MAX_TITLE_LENGTH);
    if (title !== '') this.#title ??= title;
  }

  /** Blank values are left out; the first value of a name wins. */
  setMetadata(name: string, raw: string | undefined): void {
    const value = cleanLineUpTo(raw ?? '', MAX_METADATA_LENGTH);
    if (value !== '' && !this.#metadata.has(name)) this.#metadata.set(name, value);
  }

  /** Adds a value to a comma-separated list. */
  extendMetadata(name: string, raw: string): void {
    const value = cleanLineUpTo(raw, MAX_METADATA_LENGTH);
    const before = this.#metadata.get(name);
    const list = before === undefined ? value : `${before}, ${value}`;
    if (value !== '' && list.length <= MAX_METADATA_LENGTH) this.#metadata.set(name, list);
  }

  /** @throws AQF_EXTRACTION_EMPTY when no block was added */
  build(format: DocumentFormat): ExtractedDocument {
    if (this.isEmpty) throw empty();
    const text = this.#parts.join('');
    const title = this.#title ?? (this.#firstHeading && cleanLineUpTo(this.#firstHeading, MAX_TITLE_LENGTH));
    return {
      format,
      text,
      blocks: this.#blocks,
      metadata: Object.fromEntries(this.#metadata),
      ...(title === undefined ? {} : { title }),
    };
  }

  #addIntroduction(): void {
    const introduction = this.#introduction;
    this.#introduction = undefined;
    if (introduction && introduction.text !== '')
      this.#push('heading', introduction.text, introduction.level);
  }

  #push(kind: BlockKind, text: string, level: number | undefined): void {
    const start = this.#append(kind, text);
    this.#blocks.push({
      kind,
      start,
      end: start + text.length,
      ...(this.page === undefined ? {} : { page: this.page }),
      ...(level === undefined ? {} : { level: Math.min(Math.max(level, 1), 6) }),
    });
  }

  #append(kind: BlockKind, text: string): number {
    const separator = separatorBetween(this.#blocks.at(-1)?.kind, kind);
    const start = this.#length + separator.length;
    this.#parts.push(separator, text);
    this.#length = start + text.length;
    return start;
  }
}

function separatorBetween(before: BlockKind | undefined, after: BlockKind): string {
  if (before === undefined) return '';
  const together = before === after && (after === 'table-row' || after === 'list-item');
  return together ? '\n' : '\n\n';
}

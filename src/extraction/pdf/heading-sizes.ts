import type { PdfParagraph } from './paragraphs.js';

/** A heading's font is larger than the body's by at least this factor. */
const HEADING_FACTOR = 1.15;
const MAX_HEADING_LINES = 3;
const MAX_HEADING_LENGTH = 200;
const MAX_LEVELS = 6;

/**
 * Tells headings from text by font size: the size most characters are set in is the body's, clearly larger
 * sizes are headings, the largest of level 1.
 */
export class HeadingSizes {
  readonly #levels = new Map<number, number>();

  constructor(paragraphs: readonly PdfParagraph[]) {
    const body = bodySize(paragraphs);
    const sizes = paragraphs
      .filter((each) => each.size >= body * HEADING_FACTOR && isShort(each))
      .map(({ size }) => rounded(size));
    const descending = [...new Set(sizes)].sort((a, b) => b - a);
    for (const [index, size] of descending.entries()) this.#levels.set(size, Math.min(index + 1, MAX_LEVELS));
  }

  /** 1 to 6 for a heading, otherwise undefined. */
  levelOf(paragraph: PdfParagraph): number | undefined {
    return isShort(paragraph) ? this.#levels.get(rounded(paragraph.size)) : undefined;
  }
}

function bodySize(paragraphs: readonly PdfParagraph[]): number {
  const characters = new Map<number, number>();
  for (const { size, lines } of paragraphs) {
    const length = lines.reduce((sum, { text }) => sum + text.length, 0);
    characters.set(rounded(size), (characters.get(rounded(size)) ?? 0) + length);
  }
  return [...characters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function isShort({ lines }: PdfParagraph): boolean {
  const length = lines.reduce((sum, { text }) => sum + text.length, 0);
  return lines.length <= MAX_HEADING_LINES && length <= MAX_HEADING_LENGTH && hasWord(lines);
}

function hasWord(lines: PdfParagraph['lines']): boolean {
  return lines.some(({ text }) => /\p{L}{2}|\p{Lo}/u.test(text));
}

function rounded(size: number): number {
  return Math.round(size * 2) / 2;
}

import type { PdfLine } from './lines.js';

/** Consecutive lines that form a paragraph, a heading or a list item. */
export interface PdfParagraph {
  readonly page: number;
  readonly size: number;
  readonly lines: readonly PdfLine[];
}

/** A gap above the usual line distance by this factor ends a paragraph. */
const PARAGRAPH_GAP = 1.3;
/** Line distance where a page is too short to show its own, as a share of the font size. */
const USUAL_LEADING = 1.25;
const SAME_SIZE = 0.1;
/** Of the font size. */
const INDENT = 0.7;
const BULLET = /^\s*[•‣◦▪●■–]\s/;

/** Groups the lines of one page by line distance, font size, indentation and bullets. */
export function paragraphsOf(lines: readonly PdfLine[]): PdfParagraph[] {
  const leading = usualLeading(lines);
  const paragraphs: PdfLine[][] = [];
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    const open = paragraphs.at(-1);
    if (open && before && !beginsParagraph(before, line, lines[index + 1], leading)) open.push(line);
    else paragraphs.push([line]);
  }
  return paragraphs.map((own) => ({ page: own[0]?.page ?? 0, size: own[0]?.size ?? 0, lines: own }));
}

export function isListItem(paragraph: PdfParagraph): boolean {
  const first = paragraph.lines[0]?.text ?? '';
  return BULLET.test(first) || /^\s*\(?\d{1,3}[.)]\s+\S/.test(first);
}

function beginsParagraph(
  before: PdfLine,
  line: PdfLine,
  after: PdfLine | undefined,
  leading: number,
): boolean {
  if (line.direction !== before.direction || BULLET.test(line.text)) return true;
  if (Math.abs(line.size - before.size) > SAME_SIZE * before.size) return true;
  const gap = before.baseline - line.baseline;
  if (gap < 0 || gap > PARAGRAPH_GAP * leading * line.size) return true;
  return isIndented(before, line, after);
}

/** The line is indented and the next one is not, so it is the first of a paragraph and no hanging one. */
function isIndented(before: PdfLine, line: PdfLine, after: PdfLine | undefined): boolean {
  const indent = INDENT * line.size;
  if (line.left - before.left < indent) return false;
  return after !== undefined && line.left - after.left >= indent;
}

/** Median distance of consecutive lines, in font sizes. */
function usualLeading(lines: readonly PdfLine[]): number {
  const distances = lines
    .slice(1)
    .map((line, index) => ((lines[index]?.baseline ?? 0) - line.baseline) / (line.size || 1))
    .filter((distance) => distance > 0.8 && distance < 2.5)
    .sort((a, b) => a - b);
  return distances.length < 3 ? USUAL_LEADING : (distances[distances.length >> 1] ?? USUAL_LEADING);
}

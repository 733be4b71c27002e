import type { TextContent, TextItem } from 'pdfjs-dist/types/src/display/api.js';

/** One line of a page. Lengths are in PDF points, measured along and across the writing direction. */
export interface PdfLine {
  readonly page: number;
  text: string;
  /** Font size of most of its characters. */
  size: number;
  /** Position across the direction; grows upwards on an upright page. */
  readonly baseline: number;
  /** Where it begins along the direction. */
  readonly left: number;
  /** Writing direction in degrees, 0 for upright pages. */
  readonly direction: number;
}

/** Items whose baselines differ by less than this share of the font size are on one line (superscripts). */
const SAME_LINE = 0.5;

/** Joins the text runs of a page to lines, in the order in which the page draws them. */
export function linesOfPage(content: TextContent, page: number): PdfLine[] {
  const lines: PdfLine[] = [];
  let line: PdfLine | undefined;
  let longest = 0;
  for (const item of content.items) {
    if (!('str' in item)) continue;
    const position = positionOf(item);
    if (!line || !continues(line, position)) {
      if (item.str.trim() === '') continue;
      line = { page, text: '', ...position };
      longest = 0;
      lines.push(line);
    }
    line.text += item.str;
    if (item.str.trim().length > longest && position.size > 0) {
      longest = item.str.trim().length;
      line.size = position.size;
    }
    if (item.hasEOL) line = undefined;
  }
  return lines;
}

type Position = Pick<PdfLine, 'size' | 'baseline' | 'left' | 'direction'>;

function positionOf({ transform }: TextItem): Position {
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = transform as number[];
  const scale = Math.hypot(a, b) || 1;
  const [cos, sin] = [a / scale, b / scale];
  return {
    size: Math.hypot(c, d),
    left: x * cos + y * sin,
    baseline: y * cos - x * sin,
    direction: Math.round((Math.atan2(sin, cos) * 180) / Math.PI),
  };
}

function continues(line: PdfLine, { baseline, direction, size }: Position): boolean {
  if (direction !== line.direction) return false;
  return Math.abs(baseline - line.baseline) <= SAME_LINE * Math.max(size, line.size);
}

/** Half-open range of UTF-16 code units. */
export type Span = readonly [start: number, end: number];

/**
 * What the headline function puts around a matched word. Noncharacters are meant for such use and occur in no
 * text, unlike private-use characters, of which fonts of icons are full.
 */
const START = '\ufdd0';
const STOP = '\ufdd1';
const MARKERS = /[\ufdd0\ufdd1]/g;
/** Stands between the fragments of a headline. */
export const FRAGMENT_DELIMITER = ' … ';

export interface Snippet {
  readonly text: string;
  /** The words that matched, or runs of characters where words are not set apart, as ranges of `text`. */
  readonly marks: readonly Span[];
}

/** Turns a headline with markers into text and the spans of the matched words. */
export function parseHeadline(headline: string): Snippet {
  let text = '';
  let open: number | undefined;
  const marks: Span[] = [];
  for (const part of headline
    .replace(/\s+/g, ' ')
    .trim()
    .split(/([\ufdd0\ufdd1])/)) {
    if (part === START) open = text.length;
    else if (part !== STOP) text += part;
    else if (open !== undefined) {
      marks.push([open, text.length]);
      open = undefined;
    }
  }
  return { text, marks };
}

export function hasMarks(headline: string): boolean {
  return headline.includes(START);
}

/** A part of a text with markers around the spans that lie in it. */
export function marked(
  content: string,
  part: { readonly start: number; readonly end: number },
  spans: readonly Span[],
): string {
  let text = '';
  let at = part.start;
  for (const [start, end] of spans) {
    const [from, to] = [Math.max(start, at), Math.min(end, part.end)];
    if (from >= to) continue;
    text += `${content.slice(at, from)}${START}${content.slice(from, to)}${STOP}`;
    at = to;
  }
  return text + content.slice(at, part.end);
}

/** Offsets into `content` of the matches that a headline of it shows; fragments that cannot be found show none. */
export function matchOffsets(headline: string, content: string): number[] {
  return headline.split(FRAGMENT_DELIMITER).flatMap((fragment) => {
    const begins = content.indexOf(fragment.replace(MARKERS, ''));
    return begins < 0 ? [] : markOffsets(fragment).map((offset) => begins + offset);
  });
}

/** Where each marked word begins once the markers are taken out. */
function markOffsets(fragment: string): number[] {
  const offsets: number[] = [];
  let length = 0;
  for (const part of fragment.split(/([\ufdd0\ufdd1])/)) {
    if (part === START) offsets.push(length);
    else if (part !== STOP) length += part.length;
  }
  return offsets;
}

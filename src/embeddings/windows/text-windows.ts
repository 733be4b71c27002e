import { cutUnits, type Unit } from './cut-units.js';

/** A piece of a text that a model reads at once. */
export interface TextWindow {
  readonly text: string;
  /** By the counter given, about. */
  readonly tokens: number;
}

interface Piece extends Unit {
  readonly start: number;
  readonly end: number;
}

/** A word with the space before it. Scripts without spaces are taken apart at their full stops at least. */
const PIECE = /\s*(?:[^\s。！？]+[。！？]*|[。！？]+)/g;
const SENTENCE_END = /[.!?\u2026。！？]["'\u201d\u2019)\]]*$/;
const BLANK_LINE = /^[^\S\n]*\n\s*\n/;

/**
 * The windows of a text: itself where it fits, else pieces of it that cover it to its end.
 *
 * @param limit tokens of a window
 * @param count tokens of a text; those of words are taken to add up
 */
export function textWindows(text: string, limit: number, count: (text: string) => number): TextWindow[] {
  const tokens = count(text);
  if (tokens <= limit) return [{ text, tokens }];
  const pieces = piecesOf(text, limit, count);
  return cutUnits(pieces, limit).map(({ start, end }) => {
    const window = pieces.slice(start, end);
    return {
      text: text.slice(window[0]?.start, window.at(-1)?.end).trim(),
      tokens: window.reduce((sum, { size }) => sum + size, 0),
    };
  });
}

function piecesOf(text: string, limit: number, count: (text: string) => number): Piece[] {
  return Array.from(text.matchAll(PIECE)).flatMap(({ 0: word, index }) => {
    const end = index + word.length;
    const rest = text.slice(end, end + 16);
    const endsSentence = SENTENCE_END.test(word) || BLANK_LINE.test(rest) || rest === '';
    const fitting = fittingParts({ start: index, end }, text, limit, count);
    return fitting.map((part, at) => ({ ...part, endsSentence: endsSentence && at === fitting.length - 1 }));
  });
}

/** Halves a word until each part fits. */
function fittingParts(
  { start, end }: { start: number; end: number },
  text: string,
  limit: number,
  count: (text: string) => number,
): Omit<Piece, 'endsSentence'>[] {
  const part = text.slice(start, end);
  // The first word of a window loses the space before it, and may then have more tokens.
  const size = Math.max(count(part), count(part.trim()));
  const middle = betweenCharacters(text, start + ((end - start) >> 1));
  if (size <= limit || middle <= start || middle >= end) return [{ start, end, size: Math.min(size, limit) }];
  return [
    { start, end: middle },
    { start: middle, end },
  ].flatMap((half) => fittingParts(half, text, limit, count));
}

function betweenCharacters(text: string, at: number): number {
  const insidePair = (text.codePointAt(at - 1) ?? 0) > 0xffff;
  return insidePair ? at + 1 : at;
}

import { isDense } from './spaceless.js';

/** Code units of an excerpt: about 45 English words, or as much of Chinese as says the same. */
const LENGTH = 260;
const DENSE_LENGTH = 110;
/** The part of its length by which an excerpt may begin earlier, or end earlier, to be whole sentences. */
const SLACK = 0.35;

const SENTENCE_START = /[.!?…。！？][\])"'」』”’]*\s+|[。！？]+[」』”’]*|\n\s*/g;
const MARKS = /^\p{M}/u;

/** A part of a text: half-open, in code units. */
export interface Excerpt {
  readonly start: number;
  readonly end: number;
}

/** How long an excerpt of a text is. */
export function excerptLength(content: string): number {
  const sample = [...content.slice(0, 400)];
  const dense = sample.filter(isDense).length;
  return dense * 4 > sample.length ? DENSE_LENGTH : LENGTH;
}

/** The excerpt that shows what is at a place: from the beginning of its sentence where that is near. */
export function excerptAt(content: string, place: number, length = excerptLength(content)): Excerpt {
  if (content.length <= length) return { start: 0, end: content.length };
  const slack = Math.floor(length * SLACK);
  const near = Math.max(0, Math.min(place, content.length - length));
  const start = sentenceStart(content, near, slack) ?? wordStart(content, near);
  const furthest = start + length;
  const end = furthest + slack >= content.length ? content.length : lastBreak(content, furthest, slack);
  return { start, end };
}

/** The sentence's beginning nearest to a place: before it, else a little behind it. */
function sentenceStart(content: string, place: number, slack: number): number | undefined {
  if (place === 0) return 0;
  const from = Math.max(0, place - slack);
  const starts = [...content.slice(from, place + slack).matchAll(SENTENCE_START)].map(
    ({ 0: stop, index }) => from + index + stop.length,
  );
  const before = starts.findLast((start) => start <= place);
  return before ?? (from === 0 ? 0 : starts.find((start) => start < content.length));
}

/** Before the word that a place is in; where no space is near, between characters. */
function wordStart(content: string, place: number): number {
  const space = content.slice(Math.max(0, place - 30), place).search(/\s\S*$/);
  return space < 0 ? whole(content, place) : Math.max(0, place - 30) + space + 1;
}

/** A sentence's end a little before a place, else a word's. */
function lastBreak(content: string, place: number, slack: number): number {
  const part = content.slice(place - slack, place);
  const sentence = [...part.matchAll(SENTENCE_START)].at(-1);
  if (sentence) return place - slack + sentence.index + sentence[0].trimEnd().length;
  const word = part.search(/\s+\S*$/);
  return word < 0 ? whole(content, place) : place - slack + word;
}

/** A place that parts no character from its marks, and none in itself. */
function whole(content: string, place: number): number {
  let at = place;
  while (at > 0 && (isLowSurrogate(content, at) || MARKS.test(content.slice(at)))) at--;
  return at;
}

function isLowSurrogate(content: string, at: number): boolean {
  return (content.charCodeAt(at) & 0xfc00) === 0xdc00;
}

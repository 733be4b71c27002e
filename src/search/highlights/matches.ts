import { fold } from './fold.js';
import type { Span } from './headline.js';
import { withoutSpaceless } from './spaceless.js';
import type { QuestionTerms } from './terms.js';

const OTHER_WORD = /[\p{L}\p{N}]+/gu;

/**
 * The spans of a text where terms of the question stand, in order; those that touch are one. None where no term of a script
 * without spaces is there: other words alone are not this function's to find, since they have stems.
 */
export function matchesOf({ pairs, words, others }: QuestionTerms, content: string): Span[] {
  const { text, origin } = fold(content);
  const covered = new Uint8Array(text.length + 1);
  coverPairs(text, pairs, covered);
  coverWords(text, words, covered);
  if (!covered.includes(1)) return [];
  coverOthers(text, others, covered);
  return spansOf(covered).map(([start, end]) => origin(start, end));
}

function coverPairs(text: string, pairs: ReadonlySet<string>, covered: Uint8Array): void {
  if (pairs.size === 0) return;
  let before = '';
  let at = 0;
  for (const character of text) {
    if (pairs.has(before + character)) covered.fill(1, at - before.length, at + character.length);
    before = character;
    at += character.length;
  }
}

function coverWords(text: string, words: ReadonlySet<string>, covered: Uint8Array): void {
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      covered.fill(1, at, at + word.length);
    }
  }
}

function coverOthers(text: string, others: ReadonlySet<string>, covered: Uint8Array): void {
  if (others.size === 0) return;
  for (const { 0: word, index } of withoutSpaceless(text).matchAll(OTHER_WORD)) {
    if (others.has(word)) covered.fill(1, index, index + word.length);
  }
}

function spansOf(covered: Uint8Array): Span[] {
  const spans: Span[] = [];
  for (let at = covered.indexOf(1); at >= 0; at = covered.indexOf(1, at)) {
    const end = covered.indexOf(0, at);
    spans.push([at, end]);
    at = end;
  }
  return spans;
}

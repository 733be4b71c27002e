import type { Mark, SearchResult } from '../api/search.js';

const MOST_WORDS = 20;
/** Code units that are read at one glance. */
const GLANCE = 300;

/** The words that matched, as the snippet has them, each once. */
export function matchedWords({ text, marks }: SearchResult['snippet']): readonly string[] {
  const words = marks.map(([start, end]) => text.slice(start, end).toLowerCase());
  return [...new Set(words)].filter((word) => !word.includes(',')).slice(0, MOST_WORDS);
}

/** Scripts that set no spaces between words; Korean words carry their particles. */
const SPACELESS =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;

/** Where words are in a text, whatever their case: whole ones, where words are set apart. */
export function marksOf(text: string, words: readonly string[]): readonly Mark[] {
  if (words.length === 0) return [];
  const found = text.matchAll(new RegExp(words.map(patternOf).join('|'), 'giu'));
  return [...found].map(({ index, 0: word }) => [index, index + word.length]);
}

function patternOf(word: string): string {
  const plain = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return SPACELESS.test(word) ? plain : `(?<![\\p{L}\\p{N}])${plain}(?![\\p{L}\\p{N}])`;
}

/** The first of the marks that stand closest together; -1 of none. */
export function densest(marks: readonly Mark[]): number {
  const near = marks.map(
    ([start]) => marks.filter((mark) => mark[0] >= start && mark[0] < start + GLANCE).length,
  );
  return near.indexOf(Math.max(...near));
}

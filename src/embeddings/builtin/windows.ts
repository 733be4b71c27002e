import { cutUnits } from '../windows/index.js';
import type { TokenizedWord } from './tokenizer/tokenizer.js';

/**
 * Cuts a text into windows of at most `limit` tokens, about equal in length so that none is a meagre tail,
 * at the end of a sentence where one lies near, else between words; only a word longer than a window is
 * cut within.
 */
export function cutWindows(words: readonly TokenizedWord[], limit: number): number[][] {
  const parts = words.flatMap((word) => splitLongWord(word, limit));
  const units = parts.map(({ tokens, endsSentence }) => ({ size: tokens.length, endsSentence }));
  return cutUnits(units, limit).map(({ start, end }) =>
    parts.slice(start, end).flatMap((part) => part.tokens),
  );
}

function splitLongWord(word: TokenizedWord, limit: number): TokenizedWord[] {
  if (word.tokens.length <= limit) return [word];
  const parts: TokenizedWord[] = [];
  for (let start = 0; start < word.tokens.length; start += limit) {
    const end = start + limit;
    parts.push({
      tokens: word.tokens.slice(start, end),
      endsSentence: word.endsSentence && end >= word.tokens.length,
    });
  }
  return parts;
}

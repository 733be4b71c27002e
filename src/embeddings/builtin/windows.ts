import type { TokenizedWord } from './tokenizer/tokenizer.js';

/**
 * Cuts a text into windows of at most `limit` tokens, about equal in length so that none is a meagre tail,
 * at the end of a sentence where one lies near, else between words; only a word longer than a window is
 * cut within.
 */
export function cutWindows(words: readonly TokenizedWord[], limit: number): number[][] {
  const units = words.flatMap((word) => splitLongWord(word, limit));
  let remaining = units.reduce((sum, unit) => sum + unit.tokens.length, 0);
  const windows: number[][] = [];
  for (let start = 0; start < units.length; ) {
    const end = remaining <= limit ? units.length : chooseEnd(units, start, remaining, limit);
    const window = units.slice(start, end).flatMap((unit) => unit.tokens);
    windows.push(window);
    remaining -= window.length;
    start = end;
  }
  return windows;
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

/**
 * The cut nearest to an equal share of what remains. A sentence's end wins over any cut between words,
 * unless it would leave less than half a share on either side.
 */
function chooseEnd(units: readonly TokenizedWord[], start: number, remaining: number, limit: number): number {
  const share = remaining / Math.ceil(remaining / limit);
  let best = { end: start + 1, cost: Number.POSITIVE_INFINITY };
  let size = 0;
  for (let index = start; index < units.length; index++) {
    const unit = units[index];
    size += unit?.tokens.length ?? 0;
    if (size > limit) break;
    const leavesEnough = Math.min(size, remaining - size) >= share / 2;
    const cost = Math.abs(size - share) + (unit?.endsSentence && leavesEnough ? 0 : limit);
    if (cost < best.cost) best = { end: index + 1, cost };
  }
  return best.end;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TokenizedWord } from './tokenizer/tokenizer.js';
import { cutWindows } from './windows.js';

const LIMIT = 64;

/** One token a word, numbered from 0; `sentences` are the words that close one. */
function numberedWords(count: number, sentences: readonly number[] = []): TokenizedWord[] {
  return Array.from({ length: count }, (_, i) => ({
    tokens: [i],
    endsSentence: sentences.includes(i) || i === count - 1,
  }));
}

const lengths = (words: readonly TokenizedWord[]) => cutWindows(words, LIMIT).map((window) => window.length);

const anyWord = fc.record({
  tokens: fc.array(fc.nat(8_000), { minLength: 1, maxLength: 200 }),
  endsSentence: fc.boolean(),
});
const shortWord = fc.record({
  tokens: fc.array(fc.nat(8_000), { minLength: 1, maxLength: 6 }),
  endsSentence: fc.boolean(),
});

describe('cutWindows', () => {
  it('leaves a text that fits in one window', () => {
    expect(lengths(numberedWords(LIMIT, [20]))).toEqual([LIMIT]);
  });

  it('balances the windows instead of leaving a tiny tail', () => {
    expect(lengths(numberedWords(66))).toEqual([33, 33]);
    expect(lengths(numberedWords(130))).toEqual([43, 43, 44]);
  });

  it('prefers the end of a sentence to an equal share', () => {
    expect(lengths(numberedWords(80, [49]))).toEqual([50, 30]);
  });

  it('passes over a sentence whose end would leave a meagre window', () => {
    expect(lengths(numberedWords(80, [2, 77]))).toEqual([40, 40]);
  });

  it('cuts a word longer than a window', () => {
    const word = { tokens: Array.from({ length: 150 }, (_, i) => i), endsSentence: true };
    expect(lengths([word])).toEqual([64, 64, 22]);
  });

  it('keeps every token in order and no window empty or too long', () => {
    fc.assert(
      fc.property(fc.array(anyWord), (words) => {
        const windows = cutWindows(words, LIMIT);
        expect(windows.flat()).toEqual(words.flatMap((word) => word.tokens));
        expect(windows.every((window) => window.length > 0 && window.length <= LIMIT)).toBe(true);
      }),
    );
  });

  it('leaves no window below a quarter of the limit when words are short', () => {
    fc.assert(
      fc.property(fc.array(shortWord, { minLength: 70, maxLength: 400 }), (words) => {
        const windows = cutWindows(words, LIMIT);
        fc.pre(windows.length > 1);
        expect(Math.min(...windows.map((window) => window.length))).toBeGreaterThanOrEqual(LIMIT / 4 - 6);
      }),
    );
  });
});

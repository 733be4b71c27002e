import fc from 'fast-check';
import { decode, encodeGenerator, countTokens as referenceCount } from 'gpt-tokenizer/encoding/cl100k_base';
import { describe, expect, it } from 'vitest';
import { countPiece, countTokens, pieceTokenEnds } from './count.js';

const asPlainText = { disallowedSpecial: new Set<string>() };
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '漢', '😀', ' ', '\n', '\r\n', "'ll", '12', '.', '-'),
    maxLength: 200,
  }),
);

describe('countTokens', () => {
  it('agrees with the reference encoder on any text', () => {
    fc.assert(
      fc.property(anyText, (text) => countTokens(text) === referenceCount(text, asPlainText)),
      {
        numRuns: 500,
      },
    );
  });

  it('agrees with the reference encoder across its own reading window', () => {
    const text = `${'The quick brown fox.  \n\n jumps over 12345 dogs — voilà 漢字\t'.repeat(3000)}  `;
    expect(text.length).toBeGreaterThan(2 * 65_536);
    expect(countTokens(text)).toBe(referenceCount(text));
  });

  it('counts known texts', () => {
    expect(countTokens('')).toBe(0);
    expect(countTokens('tiktoken is great!')).toBe(6);
    expect(countTokens('antidisestablishmentarianism')).toBe(6);
    expect(countTokens('お誕生日おめでとう')).toBe(9);
  });

  it('counts what looks like a special token as plain text', () => {
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(1);
    expect(countTokens('a <|im_start|> b')).toBe(referenceCount('a <|im_start|> b', asPlainText));
  });

  it('counts a lone surrogate as the replacement character it is encoded to', () => {
    expect(countTokens('a\ud800b')).toBe(countTokens('a\ufffdb'));
  });

  it.each([
    ['letters', 'a', 125_000],
    ['ideographs', '漢', 2_000_000],
    ['emoji', '😀', 2_000_000],
    ['white space', ' ', 12_500],
  ])('counts a million %s without a break in a few seconds', (_name, unit, atMost) => {
    const started = performance.now();
    const tokens = countTokens(unit.repeat(1_000_000));
    expect(tokens).toBeGreaterThan(1000);
    expect(tokens).toBeLessThanOrEqual(atMost);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('counts a run that is longer than any regular expression can match at once', () => {
    expect(countTokens('x'.repeat(3_000_000))).toBeGreaterThan(100_000);
  });
});

describe('pieceTokenEnds', () => {
  it('ends where the reference decoder ends a token', () => {
    const piece = 'antidisestablishmentarianism';
    const tokens = [...encodeGenerator(piece)].flat();
    expect(pieceTokenEnds(piece)).toEqual(tokens.map((_, at) => decode(tokens.slice(0, at + 1)).length));
  });

  it('has one end for each token, in order, the last at the end of the piece', () => {
    const pieces = fc.string({
      unit: fc.constantFrom('a', 'Z', 'é', '漢', '𠀀'),
      minLength: 1,
      maxLength: 80,
    });
    fc.assert(
      fc.property(pieces, (piece) => {
        const ends = pieceTokenEnds(piece);
        expect(ends.length).toBe(countPiece(piece));
        expect(ends.at(-1)).toBe(piece.length);
        expect(ends).toEqual(ends.toSorted((a, b) => a - b));
      }),
    );
  });

  it('marks an end inside a character by half an offset, and never splits a surrogate pair', () => {
    expect(pieceTokenEnds('𠀀')).toEqual([0.5, 0.5, 2]);
    const characters = pieceTokenEnds('𠀀𠀁𠀂').map(Math.floor);
    for (const character of characters) expect(character % 2).toBe(0);
  });
});

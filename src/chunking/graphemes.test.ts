import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePointStart, graphemeEnd, graphemeStart, isGraphemeBoundary } from './graphemes.js';

const units = ['a', ' ', '\r\n', '\n', 'é', 'e\u0301', '漢', '각', '😀', '👩‍👩‍👧‍👦', '🇩🇪', '👍🏽', 'क्षि'];
const graphemes = fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 40 });

describe('grapheme boundaries', () => {
  it('are those of a segmentation of the whole text', () => {
    fc.assert(
      fc.property(graphemes, (parts) => {
        const text = parts.join('');
        const whole = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text);
        const starts = new Set([...whole].map(({ index }) => index).concat(text.length));
        for (let at = 0; at <= text.length; at++) expect(isGraphemeBoundary(text, at)).toBe(starts.has(at));
      }),
    );
  });

  it('enclose the character that an offset lies in', () => {
    const text = 'a👩‍👩‍👧‍👦b';
    expect(graphemeStart(text, 5)).toBe(1);
    expect(graphemeEnd(text, 1)).toBe(text.length - 1);
  });

  it('fall between code points where accents are piled up without end', () => {
    const text = `a${'\u0301'.repeat(500)}`;
    expect(graphemeStart(text, 300)).toBe(300);
  });

  it('never fall inside a surrogate pair', () => {
    expect(codePointStart('a😀', 2)).toBe(1);
    expect(codePointStart('a😀', 1)).toBe(1);
    expect(codePointStart('a\ude00', 1)).toBe(1);
  });
});

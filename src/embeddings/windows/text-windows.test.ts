import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countTokens } from '../../chunking/index.js';
import { textWindows } from './text-windows.js';

const words = (text: string) => text.split(/\s+/).filter(Boolean).length;
const bare = (text: string) => text.replaceAll(/\s+/g, '');

describe('textWindows', () => {
  it('leaves a text that fits as it is', () => {
    expect(textWindows(' as it is ', 3, words)).toEqual([{ text: ' as it is ', tokens: 3 }]);
  });

  it('cuts at the end of a sentence where one is near', () => {
    const windows = textWindows('One two three. Four five six. Seven eight nine ten.', 6, words);
    expect(windows.map(({ text }) => text)).toEqual([
      'One two three. Four five six.',
      'Seven eight nine ten.',
    ]);
  });

  it('cuts scripts without spaces, at their full stops first', () => {
    const windows = textWindows('これは一つの文です。そしてこれは次の文です。', 12, (text) => text.length);
    expect(windows.map(({ text }) => text)).toEqual(['これは一つの文です。', 'そしてこれは次の文です。']);
  });

  it('loses nothing, and makes no window larger than the limit', () => {
    const text = fc.oneof(
      fc.lorem({ maxCount: 60, mode: 'sentences' }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 40 }), (given, limit) => {
        const windows = textWindows(given, limit, countTokens);
        expect(bare(windows.map((window) => window.text).join(''))).toBe(bare(given));
        for (const { text: cut, tokens } of windows) {
          expect(tokens).toBeLessThanOrEqual(limit);
          expect(countTokens(cut)).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});

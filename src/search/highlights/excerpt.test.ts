import fc from 'fast-check';
import { expect, test } from 'vitest';
import { excerptAt } from './excerpt.js';

const SENTENCES = Array.from({ length: 30 }, (_, n) => `Sentence ${n} says something of its own.`);
const CONTENT = SENTENCES.join(' ');

function textAt(content: string, place: number): string {
  const { start, end } = excerptAt(content, place);
  return content.slice(start, end);
}

test('a text that is no longer than an excerpt is shown whole', () => {
  expect(textAt('Short. Very short.', 9)).toBe('Short. Very short.');
});

test('an excerpt is of whole sentences where they are near', () => {
  const place = CONTENT.indexOf('Sentence 15') + 5;
  expect(textAt(CONTENT, place)).toMatch(/^Sentence 15 says .* own\.$/);
});

test('a place near the end is shown with what is before it', () => {
  expect(textAt(CONTENT, CONTENT.length - 3)).toContain('Sentence 29 says something of its own.');
});

test('Chinese is cut at its full stops', () => {
  const chinese = Array.from({ length: 40 }, (_, n) => `这是第${n}个句子。`).join('');
  expect(textAt(chinese, chinese.indexOf('第20') + 2)).toMatch(/^这是第20个句子。.*。$/);
});

test('a text without any break is cut between characters', () => {
  const { start, end } = excerptAt('😹'.repeat(500), 501);
  expect([start % 2, end % 2]).toEqual([0, 0]);
});

test('an excerpt lies in its text and shows the place, whatever the text', () => {
  const texts = fc.oneof(
    fc.lorem({ maxCount: 40, mode: 'sentences' }),
    fc.string({ unit: 'grapheme', maxLength: 1500 }),
  );
  fc.assert(
    fc.property(texts, fc.nat(2000), (content, place) => {
      const { start, end } = excerptAt(content, place);
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(content.length);
      expect(content === '' || end > start).toBe(true);
    }),
  );
});

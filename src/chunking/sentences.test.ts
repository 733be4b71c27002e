import { describe, expect, it } from 'vitest';
import { sentenceStarts } from './sentences.js';

function startsOf(text: string, from = 0, to = text.length): string[] {
  const block = { kind: 'paragraph' as const, start: 0, end: text.length };
  return sentenceStarts(text, block, from, to).map((at) => text.slice(at, at + 5));
}

describe('sentenceStarts', () => {
  it('has the sentences behind the first', () => {
    expect(startsOf('One is e.g. here. Two?  Three! “Four” ends.')).toEqual(['Two? ', 'Three', '“Four']);
  });

  it('ends no sentence at a line break, but at a blank line', () => {
    expect(startsOf('One goes\non. Two\r\ngoes on\n \nThree')).toEqual(['Two\r\n', 'Three']);
  });

  it('knows the full stop of Chinese and Japanese', () => {
    expect(startsOf('水位が高い。川は静か。')).toEqual(['川は静か。']);
  });

  it('reads a text far longer than its window as one', () => {
    const sentences = Array.from({ length: 2000 }, (_, at) => `No. ${at} is a sentence, is it? `);
    const text = sentences.join('');
    const expected: number[] = [];
    for (const { index } of new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)) {
      if (index > 0) expected.push(index);
    }
    const block = { kind: 'paragraph' as const, start: 0, end: text.length };
    expect(sentenceStarts(text, block, 0, text.length)).toEqual(expected);
  });

  it('stays between the offsets given', () => {
    const text = 'First one. Second one. Third one. Fourth one.';
    expect(startsOf(text, 3, 30)).toEqual(['Secon', 'Third']);
  });

  it('has lines for sentences in code', () => {
    const text = 'a = 1.\n\n  b. c\nd';
    expect(sentenceStarts(text, { kind: 'code', start: 0, end: text.length }, 0, text.length)).toEqual([
      10, 15,
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAGMENT_DELIMITER, matchOffsets, parseHeadline } from './headline.js';

const mark = (word: string) => `\ufdd0${word}\ufdd1`;

describe('a headline', () => {
  test('becomes text and the spans of the matched words', () => {
    const { text, marks } = parseHeadline(`The ${mark('red')} fox and the ${mark('dog')}.`);
    expect(text).toBe('The red fox and the dog.');
    expect(marks.map(([start, end]) => text.slice(start, end))).toEqual(['red', 'dog']);
  });

  test('has its white space in order, before, between and after', () => {
    const { text, marks } = parseHeadline(`  one\n\n ${mark('two')}\tthree \n`);
    expect(text).toBe('one two three');
    expect(marks).toEqual([[4, 7]]);
  });

  test('without matches, and of nothing, has no marks', () => {
    expect(parseHeadline('plain')).toEqual({ text: 'plain', marks: [] });
    expect(parseHeadline('')).toEqual({ text: '', marks: [] });
  });

  test('survives markers that do not pair', () => {
    expect(parseHeadline('a \ufdd1 b \ufdd0 c')).toEqual({ text: 'a  b  c', marks: [] });
  });

  test('keeps private-use characters, which icon fonts leave in PDFs', () => {
    expect(parseHeadline(`\ue000 ${mark('home')} \ue001`)).toEqual({
      text: '\ue000 home \ue001',
      marks: [[2, 6]],
    });
  });

  test('has marks inside its text, in order, whatever it holds', () => {
    const pieces = fc.array(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\ufdd0', '\ufdd1', ' ', '\n')),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const { text, marks } = parseHeadline(parts.join(''));
        let at = 0;
        for (const [start, end] of marks) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThanOrEqual(start);
          at = end;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('the places of matches in the content', () => {
  const content = 'Lanterns of glass.\n\nGranite from the hills, and granite from the sea.';

  test('are found through every fragment', () => {
    const headline = [`${mark('Lanterns')} of glass`, `and ${mark('granite')} from`].join(FRAGMENT_DELIMITER);
    const offsets = matchOffsets(headline, content);
    expect(offsets).toEqual([0, content.indexOf('granite from')]);
  });

  test('are none for a fragment that is not there', () => {
    expect(matchOffsets(`nowhere ${mark('said')}`, content)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { compileFilter, type Filter, type FilteredMetadata, matches } from './index.js';

const MEANINGS: [string, FilteredMetadata, Filter, boolean][] = [
  ['a number is a number', { year: 2025 }, { year: 2025 }, true],
  ['a number is no text', { year: 2025 }, { year: '2025' }, false],
  ['a boolean is no text', { done: true }, { done: 'true' }, false],
  ['a list has one that is equal', { tags: ['a', 'b'] }, { tags: 'b' }, true],
  ['a list that has one is not another', { tags: ['a', 'b'] }, { tags: { ne: 'b' } }, false],
  ['a list of lists has no text', { tags: [['a']] }, { tags: 'a' }, false],
  ['an empty list is equal to nothing', { tags: [] }, { tags: { in: ['a'] } }, false],
  ['an empty list is there', { tags: [] }, { tags: { exists: true } }, true],
  ['what is missing is something else', {}, { year: { ne: 2025 } }, true],
  ['what is null is something else', { year: null }, { year: { nin: [2025] } }, true],
  ['what is null is not there', { year: null }, { year: { exists: false } }, true],
  ['what is false is there', { done: false }, { done: { exists: true } }, true],
  ['nothing is one of none', { year: 1 }, { year: { in: [] } }, false],
  ['everything is none of none', {}, { year: { nin: [] } }, true],
  ['a range holds its ends', { year: 3 }, { year: { gte: 3, lte: 3 } }, true],
  ['an open range does not', { year: 3 }, { year: { gt: 3 } }, false],
  ['a text is in no range of numbers', { year: '5' }, { year: { gt: 3 } }, false],
  ['what is missing is in no range', {}, { year: { lt: 3 } }, false],
  ['each operator finds its own element', { n: [1, 9] }, { n: { gt: 5, lt: 5 } }, true],
  ['texts are ordered by code point', { a: '\u{1f600}' }, { a: { gt: '\uffff' } }, true],
  ['capitals come first', { a: 'Z' }, { a: { lt: 'a' } }, true],
  ['a beginning comes before', { a: 'ab' }, { a: { gt: 'a' } }, true],
  ['a part of a text is contained', { a: 'half 50% off' }, { a: { contains: '50%' } }, true],
  ['wildcards are what they are', { a: 'half' }, { a: { contains: '%' } }, false],
  ['case counts', { a: 'Half' }, { a: { contains: 'half' } }, false],
  ['a list contains whole elements', { a: ['half'] }, { a: { contains: 'hal' } }, false],
  ['a number contains nothing', { a: 25 }, { a: { contains: '2' } }, false],
  ['prototypes are not metadata', {}, { constructor: { exists: true } }, false],
  ['nothing asked is everything', { a: 1 }, {}, true],
  ['all keys must hold', { a: 1, b: 2 }, { a: 1, b: 3 }, false],
  ['one of `or` is enough', { a: 1 }, { or: [{ a: 2 }, { a: 1 }] }, true],
  ['`not` of a missing key holds', {}, { not: { a: { gt: 1 } } }, true],
];

describe('of metadata and filters', () => {
  test.each(MEANINGS)('%s', (_, metadata, filter, expected) => {
    expect(matches(metadata, filter)).toBe(expected);
    expect(compileFilter(filter)(metadata)).toBe(expected);
  });
});

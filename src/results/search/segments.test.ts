import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK, blocksOf, partsOf } from './segments.js';

const OF = { key: 'k', generation: 'g' };
const numbers = (offset: number, length: number) => Array.from({ length }, (_, i) => offset + i);
const keysOf = (offset: number, length: number, end?: number) =>
  partsOf(OF, null, { offset, items: numbers(offset, length), end }).map(([key]) => key.slice(4));

test('an aligned page is whole blocks', () => {
  expect(keysOf(10, 20)).toEqual(['b1', 'b2']);
});

test('what a page covers of a block in part are single results', () => {
  expect(keysOf(8, 14)).toEqual(['i8', 'i9', 'b1', 'i20', 'i21']);
  expect(keysOf(3, 2)).toEqual(['i3', 'i4']);
});

test('the last block is whole when the results end in it', () => {
  expect(keysOf(20, 3, 23)).toEqual(['b2']);
  expect(keysOf(21, 2, 23)).toEqual(['i21', 'i22']);
  expect(keysOf(20, 3)).toEqual(['i20', 'i21', 'i22']);
});

test('no results have no parts', () => {
  expect(keysOf(5, 0)).toEqual([]);
  expect(blocksOf({ offset: 15, limit: 0 })).toEqual([1].slice(0, blocksOf({ offset: 15, limit: 0 }).length));
});

test('the parts of a page are its results, each once and in its place', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(60), fc.boolean(), (offset, length, isLast) => {
      const end = isLast ? offset + length : undefined;
      const placed = partsOf(OF, 'v', { offset, items: numbers(offset, length), end }).flatMap(
        ([key, { items }]) => {
          const number = Number(key.slice(5));
          return items.map((item, index) => [key[4] === 'b' ? number * BLOCK + index : number, item]);
        },
      );
      expect(placed).toEqual(numbers(offset, length).map((n) => [n, n]));
    }),
  );
});

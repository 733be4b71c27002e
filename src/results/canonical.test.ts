import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, shortKey } from './canonical.js';

test('the order in which properties were written does not matter', () => {
  expect(canonical({ b: 1, a: { d: [1, 2], c: null } })).toBe(canonical({ a: { c: null, d: [1, 2] }, b: 1 }));
});

test('undefined properties are as good as none, undefined elements are not', () => {
  expect(canonical({ a: 1, b: undefined })).toBe(canonical({ a: 1 }));
  expect(canonical([1, undefined])).not.toBe(canonical([1]));
});

test('order is kept where it means something', () => {
  const ordered = new Set(['orderBy']);
  const one = canonical({ orderBy: { a: 'asc', b: 'asc' } }, ordered);
  expect(one).not.toBe(canonical({ orderBy: { b: 'asc', a: 'asc' } }, ordered));
  expect(one).toBe(canonical({ limit: undefined, orderBy: { a: 'asc', b: 'asc' } }, ordered));
});

test('values of different types are never taken for each other', () => {
  const alike = [
    0,
    '0',
    0n,
    '0n',
    null,
    'null',
    undefined,
    'undefined',
    false,
    'false',
    new Date(0),
    'date(0)',
    '1970-01-01T00:00:00.000Z',
    new Uint8Array([0]),
    new Float32Array([0]),
    [],
    {},
    '[]',
    '{}',
    Number.NaN,
    [0],
    { 0: 0 },
  ];
  expect(new Set(alike.map((value) => canonical(value))).size).toBe(alike.length);
});

test('JSON is told apart exactly as its values differ', () => {
  const sorted = (value: unknown): unknown => JSON.parse(JSON.stringify(value), sortKeys);
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(canonical(a) === canonical(b)).toBe(same);
      expect(canonical(a)).toBe(canonical(sorted(a)));
    }),
  );
});

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

test.each([
  ['a function', { f: () => 1 }],
  ['a symbol', [Symbol('s')]],
  ['an object of Map', new Map()],
])('%s is refused', (_, value) => {
  expect(() => canonical(value)).toThrowError(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
});

test('a cycle is refused', () => {
  const value: { self?: unknown } = {};
  value.self = value;
  expect(() => canonical(value)).toThrowError(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
});

test('a long key becomes a short one that no plain key is', () => {
  expect(shortKey('abc')).toBe('=abc');
  expect(shortKey('x'.repeat(10_000))).toMatch(/^[\w-]{43}$/);
});

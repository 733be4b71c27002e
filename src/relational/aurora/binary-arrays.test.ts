import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeVector } from '../../vectors/index.js';
import { arrayLiteral } from './binary-arrays.js';

test('a vector in binary form becomes the literal of the same single-precision numbers', () => {
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true, noDefaultInfinity: true }), (vector) => {
      const literal = arrayLiteral(encodeVector(vector));
      const numbers = literal === '{}' ? [] : literal.slice(1, -1).split(',').map(Number);
      expect(numbers).toHaveLength(vector.length);
      expect(numbers.map((number) => Math.fround(number) + 0)).toEqual(
        [...vector].map((number) => number + 0),
      );
    }),
  );
});

test('an array of int8 with a null keeps every digit', () => {
  const bytes = Buffer.alloc(20 + 12 + 4);
  for (const [index, field] of [1, 1, 20, 2, 1, 8].entries()) bytes.writeInt32BE(field, index * 4);
  bytes.writeBigInt64BE(9_007_199_254_740_993n, 24);
  bytes.writeInt32BE(-1, 32);
  expect(arrayLiteral(bytes)).toBe('{9007199254740993,NULL}');
});

test.each([
  ['too short', Buffer.from('abc')],
  ['of two dimensions', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0xbc])],
  ['of text', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25])],
])('bytes that are an array %s are refused', (_what, bytes) => {
  expect(() => arrayLiteral(bytes)).toThrow(expect.objectContaining({ code: 'AQF_NOT_SUPPORTED' }));
});

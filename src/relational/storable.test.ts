import { describe, expect, test } from 'vitest';
import { storable } from './storable.js';

describe('what PostgreSQL can hold', () => {
  test('has no NUL and no half of a surrogate pair, however deep', () => {
    const given = { 'k\u0000': ['a\ud800b', { 'x\udc00': 'c\u0000d' }], n: 1, b: true, nothing: null };
    expect(storable(given)).toEqual({
      k: ['a\ufffdb', { 'x\ufffd': 'cd' }],
      n: 1,
      b: true,
      nothing: null,
    });
  });

  test('keeps whole pairs and every other character', () => {
    const text = '🦊 \ue000 \u202e \uffff \' " \\ \n';
    expect(storable(text)).toBe(text);
  });

  test('keeps a key that would set the prototype as a key like any other', () => {
    const cleaned = storable(JSON.parse('{"__proto__":"x"}') as object);
    expect(Object.keys(cleaned)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(cleaned)).toBe(Object.prototype);
  });
});

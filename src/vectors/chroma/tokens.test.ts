import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareCodePoints } from '../records/index.js';
import { numberPrefix, textPrefix } from './tokens.js';

describe('prefixes', () => {
  test('of numbers are whole, and in the order of the numbers', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.oneof(finite, fc.integer()), fc.oneof(finite, fc.integer()), (left, right) => {
        expect(Number.isSafeInteger(numberPrefix(left))).toBe(true);
        if (left < right) expect(numberPrefix(left)).toBeLessThanOrEqual(numberPrefix(right));
        if (left === right) expect(numberPrefix(left)).toBe(numberPrefix(right));
      }),
    );
  });

  test('of numbers tell numbers apart that are not very close', () => {
    const numbers = [-1e300, -2, -1.000001, -1, -1e-300, 0, 1e-300, 1, 1.000001, 2, 2025, 2026, 1e300];
    expect(new Set(numbers.map(numberPrefix)).size).toBe(numbers.length);
  });

  test('of texts are in the order of their code points', () => {
    const text = fc.string({ unit: 'binary', maxLength: 10 });
    fc.assert(
      fc.property(text, text, (left, right) => {
        if (compareCodePoints(left, right) < 0)
          expect(textPrefix(left)).toBeLessThanOrEqual(textPrefix(right));
        else expect(textPrefix(left)).toBeGreaterThanOrEqual(textPrefix(right));
      }),
    );
    expect(textPrefix('2025-0')).toBeLessThan(textPrefix('2025-1'));
  });
});

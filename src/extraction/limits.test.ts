import { describe, expect, it } from 'vitest';
import { DEFAULT_EXTRACTION_LIMITS, resolveLimits } from './limits.js';

describe('resolveLimits', () => {
  it('fills in the defaults', () => {
    expect(resolveLimits({ timeoutMs: 5 })).toEqual({ ...DEFAULT_EXTRACTION_LIMITS, timeoutMs: 5 });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
    expect(() => resolveLimits({ maxPages: value })).toThrow(
      expect.objectContaining({
        code: 'AQF_ARGUMENT_INVALID',
        message: `The extraction option maxPages is ${value}; it must be a whole number above 0.`,
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.parse('2025-11-21T10:00:00Z');

describe('retryAfterMs', () => {
  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Fri, 21 Nov 2025 10:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Fri, 21 Nov 2025 09:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '120.4', 'retry-after': '1' }, 121],
    [{ 'retry-after': '999999999' }, 86_400_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, 0],
    [{ 'retry-after-ms': 'NaN', 'retry-after': '3' }, 3000],
    [{}, undefined],
  ])('reads %j as %s', (headers: Record<string, string>, expected) => {
    expect(retryAfterMs(new Headers(headers), NOW)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { formatDuration } from './duration.js';

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [850.4, '850 ms'],
    [4_210, '4.2 s'],
    [9_960, '10 s'],
    [59_600, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h 0 min'],
    [3_900_000, '1 h 5 min'],
  ])('of %d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

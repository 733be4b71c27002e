import { expect, test } from 'vitest';
import { waitOf } from './failure.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['7', 7000],
  ['0.5', 500],
  ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['-3', 0],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %j is a wait of %j ms', (header, wait) => {
  expect(waitOf(header, NOW)).toBe(wait);
});

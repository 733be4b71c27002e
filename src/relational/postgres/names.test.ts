import { expect, test } from 'vitest';
import { StatementNames } from './names.js';

test('a name that fits is kept; one that does not becomes another that fits, the same each time', () => {
  const names = new StatementNames();
  expect(names.admit('find_by_id')).toBe('find_by_id');
  for (const long of ['a'.repeat(64), 'ü'.repeat(40), '😀'.repeat(20)]) {
    const short = names.admit(long) ?? '';
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(63);
    expect(names.admit(long)).toBe(short);
    expect(names.admit(`${long}!`)).not.toBe(short);
  }
});

test('a connection prepares a bounded number of names, and goes on using those it has', () => {
  const names = new StatementNames();
  const admitted = Array.from({ length: 1000 }, (_, index) => names.admit(`generated ${index}`));
  expect(admitted.filter((name) => name !== undefined)).toHaveLength(500);
  expect(names.admit('generated 0')).toBe('generated 0');
  expect(names.admit(undefined)).toBeUndefined();
  expect(names.admit('')).toBeUndefined();
});

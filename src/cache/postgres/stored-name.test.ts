import { expect, test } from 'vitest';
import { storedName } from './stored-name.js';

test('a name is stored as it is, behind the prefix', () => {
  expect(storedName('app', 'acme/users|42')).toBe('app=acme/users|42');
});

test('what the database cannot hold, or not index, is stored as a digest of the same length', () => {
  const names = ['a\0b', 'long'.repeat(200), '\ud800', '\ud801', 'x\udc00'].map((name) =>
    storedName('', name),
  );
  for (const name of names) expect(name).toMatch(/^#[\w-]{43}$/);
  expect(new Set(names).size).toBe(names.length);
});

test('no name looks like the digest of another, nor like a name under another prefix', () => {
  const digest = storedName('', 'a\0b');
  expect(storedName('', digest)).toBe(`=${digest}`);
  expect(storedName('a', 'b')).not.toBe(storedName('', 'a=b'));
});

test('a character outside the basic plane is no half of one', () => {
  expect(storedName('', '😀')).toBe('=😀');
});

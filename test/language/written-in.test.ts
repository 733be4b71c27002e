import { expect, test } from 'vitest';
import { isWrittenIn } from '../../src/language/index.js';

test.each([
  ['what is photosynthesis', true],
  ['什么是光合作用', false],
  ['什么是 PostgreSQL', true],
  ['что такое фотосинтез', false],
  ['φωτοσύνθεση', false],
  ['2024', true],
  ['😹 ?', true],
  ['naïve ﬁne', true],
])('%j is written in Latin letters: %j', (text, is) => {
  expect(isWrittenIn(text, ['Latn'])).toBe(is);
});

test('one of several scripts is enough', () => {
  expect(isWrittenIn('что такое фотосинтез', ['Latn', 'Cyrl'])).toBe(true);
  expect(isWrittenIn('光合成とは', ['Latn', 'Cyrl'])).toBe(false);
});

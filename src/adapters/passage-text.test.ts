import { expect, test } from 'vitest';
import type { SearchResult } from '../search/index.js';
import { passageText } from './passage-text.js';

const DOCUMENT = 'One is first. Two is next.\n\nThree is last.';

function piece(start: number, end: number) {
  return { ordinal: start, start, end, content: DOCUMENT.slice(start, end) };
}

function result(start: number, end: number, ...neighbours: ReturnType<typeof piece>[]): SearchResult {
  return { ...piece(start, end), ...(neighbours.length > 0 && { neighbours }) } as unknown as SearchResult;
}

test('a result by itself is its content', () => {
  expect(passageText(result(0, 13))).toBe('One is first.');
});

test('neighbours stand where they stood, and what they share stands once', () => {
  expect(passageText(result(7, 26, piece(0, 13), piece(28, 42)))).toBe(DOCUMENT);
  expect(passageText(result(0, 42, piece(7, 26)))).toBe(DOCUMENT);
});

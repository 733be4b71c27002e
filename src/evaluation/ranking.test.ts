import { expect, it } from 'vitest';
import { ranked } from './ranking.js';

it('ranks by score and, among equal scores, by id, whatever the order of arrival', () => {
  const documents = [
    { id: 'c', score: 1 },
    { id: 'b', score: 2 },
    { id: 'a', score: 1 },
  ];
  const ids = ['b', 'a', 'c'];
  expect(ranked(documents).map(({ id }) => id)).toEqual(ids);
  expect(ranked(documents.toReversed()).map(({ id }) => id)).toEqual(ids);
});

it('keeps a document once, with its best score', () => {
  expect(
    ranked([
      { id: 'a', score: 1 },
      { id: 'a', score: 3 },
      { id: 'b', score: 2 },
    ]),
  ).toEqual([
    { id: 'a', score: 3 },
    { id: 'b', score: 2 },
  ]);
});

import { expect, test } from 'vitest';
import { groupByDocument, toMarkdown } from '../../bench/data/documents.js';
import { makeCorpus } from '../../bench/data/made.js';

test('made passages are the same in every run, as many as asked, in documents of many', () => {
  const { passages, questions } = makeCorpus(100, 7);
  expect(passages).toHaveLength(100);
  expect(questions).toHaveLength(7);
  expect(makeCorpus(100, 7)).toEqual({ name: 'made passages', passages, questions });
  expect(groupByDocument(passages).map((document) => document.passages.length)).toEqual([32, 32, 32, 4]);
});

test('a few made words are frequent and most are rare, as in a language', () => {
  const words = makeCorpus(1000, 0).passages.flatMap(({ text }) => text.match(/\w+/g) ?? []);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequencies = [...counts.values()].sort((a, b) => b - a);
  expect((frequencies[0] ?? 0) / words.length).toBeGreaterThan(0.05);
  expect(frequencies.filter((count) => count <= 2).length).toBeGreaterThan(frequencies.length / 3);
});

test('a document is put together from its passages, each heading once', () => {
  const passage = { document: 'd', title: 'Title', heading: 'One', text: 'First.' };
  const [document] = groupByDocument([
    passage,
    { ...passage, text: 'Second.' },
    { ...passage, heading: 'Two', text: 'Third.' },
  ]);
  expect(document && toMarkdown(document)).toBe(
    '# Title\n\n## One\n\nFirst.\n\nSecond.\n\n## Two\n\nThird.\n',
  );
});

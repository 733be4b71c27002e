import { expect, test, vi } from 'vitest';
import { retrieve } from '../../src/retrieval/index.js';
import { found } from './chunks.js';

const chunks = [
  found({ documentId: 'd1', content: 'Pumps move water.', score: 0.9 }),
  found({ documentId: 'd2', content: 'Seals wear.', score: 0.2 }),
];

test('retrieval asks the search for chunks, and leaves to it what is its own', async () => {
  const search = vi.fn(async () => chunks);
  const { citations } = await retrieve(search, 'pumps?', {
    mode: 'lexical',
    filter: { year: 2025 },
    tokens: 500,
  });
  expect(search).toHaveBeenCalledWith('pumps?', {
    mode: 'lexical',
    filter: { year: 2025 },
    limit: 20,
    snippets: false,
  });
  expect(citations.map(({ number, source }) => `${number} ${source}`)).toEqual(['1 d1.md', '2 d2.md']);
});

test('retrieval asks for neighbours where they are wanted', async () => {
  const search = vi.fn(async () => chunks);
  await retrieve(search, 'pumps?', { neighbours: 2, limit: 3 });
  expect(search).toHaveBeenCalledWith('pumps?', { limit: 3, snippets: false, neighbours: 2 });
});

test('retrieval leaves out what scores less than is wanted', async () => {
  const { citations } = await retrieve(async () => chunks, 'pumps?', { minScore: 0.5 });
  expect(citations.map(({ documentId }) => documentId)).toEqual(['d1']);
});

test.each([{ neighbours: -1 }, { neighbours: 11 }, { tokens: 0 }, { order: 'random' as 'score' }])(
  'retrieval refuses %j before it searches',
  async (options) => {
    const search = vi.fn(async () => chunks);
    await expect(retrieve(search, 'q', options)).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    expect(search).not.toHaveBeenCalled();
  },
);

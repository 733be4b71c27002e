import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chunk } from '../chunking/index.js';
import { planChunks, withContext } from './chunk-plan.js';

function chunks(...texts: string[]): Chunk[] {
  return texts.map((text, ordinal) => ({
    ordinal,
    text,
    start: ordinal * 10,
    end: ordinal * 10 + text.length,
    tokens: 1,
    headingPath: [],
    sections: [],
  }));
}
const planned = (...texts: string[]) => withContext(chunks(...texts), undefined);
const stored = (...texts: string[]) => planned(...texts).map(({ hash }, index) => ({ id: index + 1, hash }));

describe('the plan that turns stored chunks into new ones', () => {
  test('keeps equal texts under their id, at their new place', () => {
    const plan = planChunks(stored('a', 'b', 'c'), planned('b', 'x', 'c'));
    expect(plan.kept.map(({ id, ordinal, text }) => ({ id, ordinal, text }))).toEqual([
      { id: 2, ordinal: 0, text: 'b' },
      { id: 3, ordinal: 2, text: 'c' },
    ]);
    expect(plan.added.map(({ text }) => text)).toEqual(['x']);
    expect(plan.removed).toEqual([1]);
  });

  test('adds everything to nothing and removes everything for nothing', () => {
    expect(planChunks([], planned('a', 'b'))).toMatchObject({
      kept: [],
      added: [{ text: 'a' }, { text: 'b' }],
      removed: [],
    });
    expect(planChunks(stored('a', 'b'), [])).toEqual({ kept: [], added: [], removed: [1, 2] });
  });

  test('pairs a text that occurs twice twice, in order of appearance', () => {
    const plan = planChunks(stored('a', 'a', 'b'), planned('a', 'a', 'a'));
    expect(plan.kept.map(({ id }) => id)).toEqual([1, 2]);
    expect(plan.added).toHaveLength(1);
    expect(plan.removed).toEqual([3]);
  });

  test('uses every stored chunk once and leaves exactly the wanted ones', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const plan = planChunks(stored(...before), planned(...after));
        const ids = [...plan.kept.map(({ id }) => id), ...plan.removed].sort((a, b) => a - b);
        expect(ids).toEqual(before.map((_, index) => index + 1));
        const left = [...plan.kept, ...plan.added].sort((a, b) => a.ordinal - b.ordinal);
        expect(left.map(({ text }) => text)).toEqual(after);
        const removed = new Set<string | undefined>(plan.removed.map((id) => before[id - 1]));
        expect(plan.added.some(({ text }) => removed.has(text))).toBe(false);
      }),
    );
  });
});

describe('the context of a chunk', () => {
  const [chunk] = chunks('text');
  const under = (headingPath: string[]) => ({ ...(chunk as Chunk), headingPath });

  test('is the title and the headings above it, the title once', () => {
    expect(withContext([under(['Handbook', 'Travel'])], 'Handbook')[0]?.context).toBe('Handbook\nTravel');
    expect(withContext([under(['Travel', 'Trains'])], 'Handbook')[0]?.context).toBe(
      'Handbook\nTravel\nTrains',
    );
    expect(withContext([under(['Travel'])], undefined)[0]?.context).toBe('Travel');
    expect(withContext([under([])], undefined)[0]?.context).toBe('');
  });

  test('is part of the hash, so that a new title is a new chunk', () => {
    const [old] = withContext([under([])], 'Old');
    const [same] = withContext([under([])], 'Old');
    const [renamed] = withContext([under([])], 'New');
    expect(same?.hash).toBe(old?.hash);
    expect(renamed?.hash).not.toBe(old?.hash);
  });

  test('and the text cannot be confused with each other in the hash', () => {
    const [first] = withContext(chunks('bc'), 'a');
    const [second] = withContext(chunks('c'), 'ab');
    expect(first?.hash).not.toBe(second?.hash);
  });
});

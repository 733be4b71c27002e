import { expect, test } from 'vitest';
import { SemanticIndex } from './semantic-index.js';

const at = (degrees: number) => {
  const angle = (degrees * Math.PI) / 180;
  return new Float32Array([Math.cos(angle), Math.sin(angle)]);
};
const entry = (degrees: number, context = 'c') => ({ context, vector: at(degrees) });
const COS_10 = Math.cos((10 * Math.PI) / 180);

test('the nearest is found, if it is near enough', () => {
  const index = new SemanticIndex(10);
  index.add('a', entry(0));
  index.add('b', entry(20));
  expect(index.nearest(entry(12), COS_10)).toBe('b');
  expect(index.nearest(entry(35), COS_10)).toBeUndefined();
  expect(index.nearest(entry(0, 'other'), COS_10)).toBeUndefined();
});

test('it holds no more than it may, and what was found lately', () => {
  const index = new SemanticIndex(2);
  index.add('a', entry(0));
  index.add('b', entry(90));
  index.nearest(entry(0), 0.9);
  index.add('c', entry(180, 'other'));
  expect(index.size).toBe(2);
  expect(index.nearest(entry(90), 0.9)).toBeUndefined();
  expect(index.nearest(entry(0), 0.9)).toBe('a');
});

test('what is added again moves to its new context', () => {
  const index = new SemanticIndex(2);
  index.add('a', entry(0));
  index.add('a', entry(0, 'other'));
  expect(index.size).toBe(1);
  expect(index.nearest(entry(0), 0.9)).toBeUndefined();
  index.remove('a');
  index.remove('a');
  expect(index.size).toBe(0);
});

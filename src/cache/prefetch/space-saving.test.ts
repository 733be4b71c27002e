import { expect, test } from 'vitest';
import { SpaceSaving } from './space-saving.js';

const all = (sketch: SpaceSaving) => new Map([...sketch.atLeast(0)].map(({ item, count }) => [item, count]));

test('counts exactly while there is room', () => {
  const sketch = new SpaceSaving(3);
  for (const item of 'abcaab') sketch.add(item);
  expect(all(sketch)).toEqual(
    new Map([
      ['a', 3],
      ['b', 2],
      ['c', 1],
    ]),
  );
  expect([...sketch.atLeast(2)].map(({ item }) => item)).toEqual(['a', 'b']);
});

test('keeps what is frequent in a stream of strangers, and never says more than was seen', () => {
  const sketch = new SpaceSaving(4);
  const seen = new Map<string, number>();
  for (let n = 0; n < 1000; n++) {
    const item = n % 3 === 0 ? 'often' : n % 5 === 0 ? 'sometimes' : `stranger ${n}`;
    sketch.add(item);
    seen.set(item, (seen.get(item) ?? 0) + 1);
  }
  expect(sketch.size).toBe(4);
  const counted = all(sketch);
  // A third of the stream is more than the quarter above which an item is sure to be kept.
  expect(counted.get('often')).toBeGreaterThan(0);
  for (const [item, count] of counted) expect(count, item).toBeLessThanOrEqual(seen.get(item) ?? 0);
});

test('forgets by halves', () => {
  const sketch = new SpaceSaving(2);
  for (const item of 'aaaab') sketch.add(item);
  sketch.age();
  expect(all(sketch)).toEqual(
    new Map([
      ['a', 2],
      ['b', 0],
    ]),
  );
});

import { expect, test } from 'vitest';
import { RowBuffer } from '../relational/copy/index.js';
import { readHalfVector, writeHalfVector } from './encode.js';
import { fromHalf, isNoHalf, toHalf } from './half.js';

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);

function halfOf(value: number): number {
  single[0] = value;
  return toHalf(word[0] as number);
}

test('every half float comes back as itself', () => {
  const halves = Array.from({ length: 0x10000 }, (_, half) => half).filter((half) => !isNoHalf(half));
  expect(halves.filter((half) => halfOf(fromHalf(half)) !== half)).toEqual([]);
});

test('between two half floats the nearer one is taken, and halfway the even one', () => {
  const wrong = Array.from({ length: 0x7bff }, (_, half) => half).filter((half) => {
    const [low, high] = [fromHalf(half), fromHalf(half + 1)];
    const [middle, little] = [(low + high) / 2, (high - low) / 16];
    const even = half % 2 === 0 ? half : half + 1;
    const given = [middle, -middle, middle - little, middle + little].map(halfOf);
    return given.join() !== [even, even | 0x8000, half, half + 1].join();
  });
  expect(wrong).toEqual([]);
});

test.each([
  [65_504, 0x7bff],
  [65_519.99, 0x7bff],
  [65_520, 0x7c00],
  [1e30, 0x7c00],
  [Number.POSITIVE_INFINITY, 0x7c00],
  [Number.NEGATIVE_INFINITY, 0xfc00],
  [Number.NaN, 0x7e00],
  [2 ** -25, 0],
  [2 ** -25 * 1.01, 1],
  [-0, 0x8000],
])('%d is %d', (value, half) => {
  expect(halfOf(value)).toBe(half);
});

test('a vector is written as pgvector sends it, and read again', () => {
  const rows = new RowBuffer();
  const vector = Float32Array.from([1, -2, 0.5]);
  writeHalfVector(vector.subarray(1), rows);
  const field = rows.take();
  expect([...field]).toEqual([0, 0, 0, 8, 0, 2, 0, 0, 0xc0, 0, 0x38, 0]);
  expect([...readHalfVector(field.subarray(4))]).toEqual([-2, 0.5]);
});

test('a value that no half float can hold is refused, and named', () => {
  const vector = Float32Array.from([0, 70_000]);
  expect(() => writeHalfVector(vector, new RowBuffer())).toThrow(/70000 at 1/);
});

import { describe, expect, it } from 'vitest';
import { mergeBytePairs } from './byte-pairs.js';

const ranks = new Map([...'abcd'].map((byte, rank): [string, number] => [byte, rank]));

describe('mergeBytePairs', () => {
  it('merges the pair of the lowest rank first, not the longest or the first', () => {
    const vocabulary = new Map([...ranks, ['ab', 11], ['bc', 10], ['cd', 12]]);
    expect(mergeBytePairs('abcd', vocabulary)).toEqual([1, 3, 4]);
  });

  it('merges equal pairs from the left', () => {
    const vocabulary = new Map([...ranks, ['aa', 10]]);
    expect(mergeBytePairs('aaa', vocabulary)).toEqual([2, 3]);
    expect(mergeBytePairs('aaaaa', vocabulary)).toEqual([2, 4, 5]);
  });

  it('goes on merging what it merged', () => {
    const vocabulary = new Map([...ranks, ['ab', 10], ['abc', 11], ['abcd', 12]]);
    expect(mergeBytePairs('dabcd', vocabulary)).toEqual([1, 5]);
  });

  it('finds nothing to merge in nothing', () => {
    expect(mergeBytePairs('', ranks)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Vocabulary } from '../weights.js';
import { UNKNOWN_ID, UnigramSegmenter } from './unigram.js';

const RESERVED: Vocabulary = ['\ufffd', '<s>', '</s>', 'spare1', 'spare2', 'spare3'].map((piece) => [
  piece,
  0,
]);

const segmenterOf = (...pieces: Vocabulary) => new UnigramSegmenter([...RESERVED, ...pieces]);

describe('UnigramSegmenter', () => {
  it('chooses the most probable segmentation, not the longest pieces', () => {
    const segmenter = segmenterOf(['a', -1], ['b', -1], ['c', -1], ['ab', -5], ['bc', -1.5]);
    expect(segmenter.segment('abc')).toEqual([6, 10]);
  });

  it('prefers the shorter last piece between equals', () => {
    expect(segmenterOf(['a', -1], ['ab', -2], ['b', -1]).segment('ab')).toEqual([6, 8]);
  });

  it('joins a run of unknown characters into one token', () => {
    expect(segmenterOf(['a', -1]).segment('a😹語a')).toEqual([6, UNKNOWN_ID, 6]);
  });

  it('never matches reserved pieces against text', () => {
    expect(segmenterOf(['a', -1]).segment('</s>')).toEqual([UNKNOWN_ID]);
  });

  it('takes the later of two equal pieces', () => {
    expect(segmenterOf(['a', -1], ['a', -1]).segment('a')).toEqual([7]);
  });

  it('has no tokens for no text', () => {
    expect(segmenterOf(['a', -1]).segment('')).toEqual([]);
  });

  it('is quick on a word of a million characters', () => {
    const started = performance.now();
    const tokens = segmenterOf(['a', -1], ['aa', -1.5], ['aaa', -2]).segment('a'.repeat(1_000_000));
    expect(tokens).toHaveLength(Math.ceil(1_000_000 / 3));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

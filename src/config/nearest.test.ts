import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.js';

const KNOWN = ['maxTokens', 'overlapTokens', 'provider', 'url'];

describe('the nearest known name', () => {
  it.each([
    ['maxToken', 'maxTokens'],
    ['maxtokens', 'maxTokens'],
    ['amxTokens', 'maxTokens'],
    ['porvidre', 'provider'],
    ['uri', 'url'],
  ])('takes %s for %s', (name, known) => {
    expect(nearest(name, KNOWN)).toBe(known);
  });

  it.each(['tokens', 'host', 'ur', 'x', ''])('takes %j for nothing', (name) => {
    expect(nearest(name, KNOWN)).toBeUndefined();
  });
});

import { z } from 'zod';
import { decimal, optionalDecimal, wholeNumber } from './setting.js';

const lexical = z.strictObject({
  k1: decimal({
    min: 0,
    max: 10,
    default: 0.9,
    description:
      'BM25 `k1`: how much a repeated word still adds. 0 counts a word once, larger values saturate later.',
    variables: ['AQUIFER_SEARCH_LEXICAL_K1'],
  }),
  b: decimal({
    min: 0,
    max: 1,
    default: 0.4,
    description: 'BM25 `b`: how much long chunks are held back. 0 ignores length, 1 normalises by it fully.',
    variables: ['AQUIFER_SEARCH_LEXICAL_B'],
  }),
});

export const search = z.strictObject({
  lexical: lexical.prefault({}),
  fusionWeight: optionalDecimal({
    min: 0,
    max: 1,
    description:
      'Weight of the semantic leg in hybrid search, the lexical leg counting 1. Not set: the weight that belongs to the embedding model.',
    variables: ['AQUIFER_SEARCH_FUSION_WEIGHT'],
  }),
  defaultLimit: wholeNumber({
    min: 1,
    max: 1000,
    default: 10,
    description: 'Results of a search that does not say how many it wants.',
    variables: ['AQUIFER_SEARCH_DEFAULT_LIMIT'],
  }),
});

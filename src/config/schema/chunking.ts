import { z } from 'zod';
import { wholeNumber } from './setting.js';

export const chunking = z.strictObject({
  maxTokens: wholeNumber({
    min: 16,
    max: 100_000,
    default: 1000,
    description: 'Tokens that a chunk may hold.',
    variables: ['AQUIFER_CHUNKING_MAX_TOKENS'],
  }),
  overlapTokens: wholeNumber({
    min: 0,
    max: 50_000,
    default: 200,
    description: 'Tokens that a chunk repeats from the end of the one before it.',
    variables: ['AQUIFER_CHUNKING_OVERLAP_TOKENS'],
  }),
});

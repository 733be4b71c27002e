import type { EmbeddingModel } from '../embedder.js';

/**
 * Universal Sentence Encoder Lite (Cer et al. 2018, https://arxiv.org/abs/1803.11175). Its graph clips at
 * 128 tokens; windows of 64 retrieve better, since a vector is the mean of all its tokens.
 */
export const BUILTIN_MODEL: EmbeddingModel = {
  id: 'builtin:use-lite-en',
  dimensions: 512,
  maxTokens: 64,
  language: 'en',
  // Of others it has single letters at most: 8 of Cyrillic, 6 of Arabic, none of Chinese.
  scripts: ['Latn'],
  fusionWeight: 0.2,
  normalised: true,
};

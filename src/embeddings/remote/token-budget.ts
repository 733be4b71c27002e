import { countTokens } from '../../chunking/index.js';
import type { EmbeddingModel } from '../embedder.js';

/** How the tokens of a text are counted, and how far that may be trusted. */
export interface TokenCounter {
  readonly count: (text: string) => number;
  /** The part of the model's tokens that may be counted up to. */
  readonly share: number;
}

/** cl100k_base, which OpenAI's embedding models read. */
export const EXACT: TokenCounter = { count: countTokens, share: 1 };

/**
 * The same for a model with a tokenizer of another kind. WordPiece makes up to 1.3 times as many tokens of
 * English prose; where it makes more, the provider says so and the windows are cut smaller.
 */
export const ESTIMATED: TokenCounter = { count: countTokens, share: 0.75 };

/** What a model puts around a text: [CLS] and [SEP]. */
const FRAME = 2;

/** Tokens that a window of text may count. */
export function windowBudget(model: EmbeddingModel, prefix: string, { count, share }: TokenCounter): number {
  const spent = FRAME + (prefix === '' ? 0 : count(prefix) + 1);
  return Math.max(1, Math.floor((model.maxTokens - spent) * share));
}

import type { EmbeddingModel } from '../embedder.js';

/** What one request to a model took. */
export interface EmbeddingUse {
  /** Undefined when the call named none. */
  readonly tenantId: string | undefined;
  /** Its id. */
  readonly model: string;
  readonly requests: number;
  /** Texts as they were sent: windows, where a passage is longer than one. */
  readonly texts: number;
  /** As the provider counted them, else about. */
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
}

export type UseListener = (use: EmbeddingUse) => void;

/** One request's use, priced as the registry says. */
export function useOf(
  model: EmbeddingModel,
  tenantId: string | undefined,
  { texts, tokens }: { readonly texts: number; readonly tokens: number },
): EmbeddingUse {
  const cost = (tokens * (model.pricePerMillionTokens ?? 0)) / 1_000_000;
  return { tenantId, model: model.id, requests: 1, texts, tokens, cost };
}

import { AquiferError, isAquiferError, messageOf } from '../errors/index.js';
import type { Reranker } from './reranker.js';

/** Hits that are judged again where the call does not say. */
const DEPTH = 50;

export interface RerankOptions {
  /** Hits that are judged again, from the first one on; those behind keep their order. @default 50 */
  readonly depth?: number;
  /** What happens when the reranker fails: its error, or the hits as they were. @default 'throw' */
  readonly onFailure?: 'throw' | 'keep-order';
  readonly signal?: AbortSignal;
}

export interface Reranked<Hit> {
  readonly hits: readonly RerankedHit<Hit>[];
  /** Why the hits are in the order they came in; only with `onFailure: 'keep-order'`. */
  readonly failure?: AquiferError;
}

export type RerankedHit<Hit> = Hit & {
  /** The reranker's; null for a hit that it did not judge. */
  readonly rerankScore: number | null;
};

/**
 * Hits in the order a reranker gives them, equal scores in the order they came in. Equal texts are judged once.
 * @throws AQF_RERANK_FAILED; AQF_ARGUMENT_INVALID for a depth that is no whole number from 1 on; the signal's reason
 */
export async function rerankHits<Hit extends { readonly content: string }>(
  reranker: Reranker,
  question: string,
  hits: readonly Hit[],
  { depth = DEPTH, onFailure = 'throw', signal }: RerankOptions = {},
): Promise<Reranked<Hit>> {
  if (!Number.isSafeInteger(depth) || depth < 1) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'depth must be a whole number from 1 on.');
  }
  const behind = hits.slice(depth).map((hit) => ({ ...hit, rerankScore: null }));
  try {
    const judged = await judge(reranker, question, hits.slice(0, depth), signal);
    return { hits: [...judged.toSorted((a, b) => b.rerankScore - a.rerankScore), ...behind] };
  } catch (error) {
    signal?.throwIfAborted();
    const failure = failed(reranker, error);
    if (onFailure === 'throw') throw failure;
    return { hits: hits.map((hit) => ({ ...hit, rerankScore: null })), failure };
  }
}

async function judge<Hit extends { readonly content: string }>(
  reranker: Reranker,
  question: string,
  hits: readonly Hit[],
  signal: AbortSignal | undefined,
): Promise<(Hit & { readonly rerankScore: number })[]> {
  if (hits.length === 0) return [];
  const texts = [...new Set(hits.map(({ content }) => content))];
  const scores = await reranker.rerank(question, texts, signal && { signal });
  if (scores.length !== texts.length || !scores.every(Number.isFinite)) {
    throw new AquiferError(
      'AQF_RERANK_FAILED',
      `The reranker ${reranker.id} did not give each of ${texts.length} texts a score.`,
    );
  }
  const byText = new Map(texts.map((text, at) => [text, scores[at] as number]));
  return hits.map((hit) => ({ ...hit, rerankScore: byText.get(hit.content) as number }));
}

function failed({ id }: Reranker, error: unknown): AquiferError {
  if (isAquiferError(error)) return error;
  return new AquiferError('AQF_RERANK_FAILED', `The reranker ${id} failed: ${messageOf(error)}.`, {
    cause: error,
  });
}

import { mmr, rerankHits } from '../rerank/index.js';
import type { ParsedOptions } from './options.js';
import type { PresentedChunk } from './present.js';
import type { SearchResult } from './types.js';

/** Results that a reranker or the choice of diverse ones begins with, unless the call says. */
const DEPTH = 50;

/** How many results have to be found so that those that are wanted can be chosen among them. */
export function wantedResults({ limit, rerank, diversity }: ParsedOptions): number {
  const depths = [rerank, diversity].flatMap((stage) => (stage ? [stage.depth ?? DEPTH] : []));
  return Math.max(limit, ...depths);
}

/** Orders what was found again, where that was asked for, and keeps what was wanted. */
export async function chooseResults(
  chunks: readonly PresentedChunk[],
  present: (chunk: PresentedChunk) => SearchResult,
  question: string,
  options: ParsedOptions,
): Promise<{ results: readonly SearchResult[]; reranked?: boolean }> {
  const { limit, rerank, diversity } = options;
  const judged: { chunks: readonly JudgedChunk[]; reranked?: boolean } = rerank
    ? await judge(rerank, chunks, question)
    : { chunks };
  const chosen = diversity ? diverse(judged.chunks, diversity.lambda, limit) : judged.chunks;
  const results = chosen.slice(0, limit).map(({ rerankScore, ...chunk }) => {
    const result = present(chunk);
    return rerankScore === undefined
      ? result
      : { ...result, scores: { ...result.scores, rerank: rerankScore } };
  });
  return { results, ...(judged.reranked !== undefined && { reranked: judged.reranked }) };
}

type JudgedChunk = PresentedChunk & { readonly rerankScore?: number };

async function judge(
  { with: reranker, ...settings }: NonNullable<ParsedOptions['rerank']>,
  chunks: readonly PresentedChunk[],
  question: string,
): Promise<{ chunks: readonly JudgedChunk[]; reranked: boolean }> {
  const { depth, onFailure } = settings;
  const { hits, failure } = await rerankHits(reranker, question, chunks, {
    ...(depth !== undefined && { depth }),
    ...(onFailure && { onFailure }),
  });
  const judged = hits.map(({ rerankScore, ...chunk }) => ({
    ...(chunk as PresentedChunk),
    ...(rerankScore !== null && { rerankScore }),
  }));
  return { chunks: judged, reranked: failure === undefined };
}

/** By maximal marginal relevance; chunks that have no vector come last, in their order. */
function diverse(chunks: readonly JudgedChunk[], lambda: number, limit: number): JudgedChunk[] {
  const scores = chunks.map(({ rerankScore, score }) => rerankScore ?? score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const candidates = chunks.flatMap((chunk) => {
    const vector = vectorOf(chunk);
    if (!vector) return [];
    const score = chunk.rerankScore ?? chunk.score;
    return [{ chunk, vector, relevance: high === low ? 1 : (score - low) / (high - low) }];
  });
  const chosen = candidates.length > 0 ? mmr(candidates, { lambda, limit }).map(({ chunk }) => chunk) : [];
  return [...chosen, ...chunks.filter((chunk) => !vectorOf(chunk))];
}

function vectorOf({ vector }: PresentedChunk): Float32Array | undefined {
  return vector ? Float32Array.from(JSON.parse(vector) as number[]) : undefined;
}

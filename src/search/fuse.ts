/** A chunk as one leg scored it. */
export interface LegHit {
  readonly chunkId: number;
  readonly score: number;
}

export interface FusedHit {
  readonly chunkId: number;
  readonly score: number;
  readonly lexical: number | null;
  readonly semantic: number | null;
}

/**
 * Weighted sum of normalised scores: BM25 over its maximum plus `weight` times the min-max scaled
 * similarity (Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval", find
 * convex combination better than reciprocal ranks). A chunk that a leg did not find gets 0 from it.
 */
export function fuse(lexical: readonly LegHit[], semantic: readonly LegHit[], weight: number): FusedHit[] {
  const bm25 = scoresOf(lexical);
  const cosine = scoresOf(semantic);
  const top = Math.max(...bm25.values(), Number.MIN_VALUE);
  const low = Math.min(...cosine.values());
  const range = Math.max(...cosine.values()) - low;
  const scaled = (score: number | undefined) =>
    score === undefined ? 0 : range > 0 ? (score - low) / range : 1;

  const hits = [...new Set([...bm25.keys(), ...cosine.keys()])].map((chunkId) => ({
    chunkId,
    score: (bm25.get(chunkId) ?? 0) / top + weight * scaled(cosine.get(chunkId)),
    lexical: bm25.get(chunkId) ?? null,
    semantic: cosine.get(chunkId) ?? null,
  }));
  return hits.sort((a, b) => b.score - a.score || a.chunkId - b.chunkId);
}

function scoresOf(hits: readonly LegHit[]): Map<number, number> {
  return new Map(hits.map(({ chunkId, score }) => [chunkId, score]));
}

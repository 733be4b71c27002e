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
 * Convex combination with theoretical bounds (Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for
 * Hybrid Retrieval", TM2C2): BM25 over its maximum for the question, plus `weight` times the cosine as it is.
 * Stretching the cosines of each question to 0…1 instead lets a small model shout where it knows nothing.
 * A chunk without a BM25 score, or without a vector, gets 0 from that leg.
 */
export function fuse(lexical: readonly LegHit[], semantic: readonly LegHit[], weight: number): FusedHit[] {
  const bm25 = scoresOf(lexical);
  const cosine = scoresOf(semantic);
  const top = Math.max(...bm25.values(), Number.MIN_VALUE);
  const hits = [...new Set([...bm25.keys(), ...cosine.keys()])].map((chunkId) => ({
    chunkId,
    score: (bm25.get(chunkId) ?? 0) / top + weight * (cosine.get(chunkId) ?? 0),
    lexical: bm25.get(chunkId) ?? null,
    semantic: cosine.get(chunkId) ?? null,
  }));
  return hits.sort((a, b) => b.score - a.score || a.chunkId - b.chunkId);
}

function scoresOf(hits: readonly LegHit[]): Map<number, number> {
  return new Map(hits.map(({ chunkId, score }) => [chunkId, score]));
}

export interface RankedDocument {
  readonly id: string;
  readonly score: number;
}

/** What a retriever found for each query, best first. */
export type Run = ReadonlyMap<string, readonly RankedDocument[]>;

/** Best score first, equal scores by id, each document once. */
export function ranked(documents: readonly RankedDocument[]): RankedDocument[] {
  const best = new Map<string, RankedDocument>();
  for (const document of documents.toSorted(byScoreThenId)) {
    if (!best.has(document.id)) best.set(document.id, document);
  }
  return [...best.values()];
}

function byScoreThenId(a: RankedDocument, b: RankedDocument): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

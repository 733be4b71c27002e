import type { DocumentName, FoundChunk } from './passage.js';

export interface UniqueChunk {
  readonly chunk: FoundChunk;
  /** Place in the search result, from 0. */
  readonly rank: number;
  /** Other documents that have the same text. */
  readonly alsoIn: readonly DocumentName[];
}

/** Chunks of the same text once, where they were found first; white space apart. Blank ones are left out. */
export function uniqueChunks(chunks: readonly FoundChunk[]): UniqueChunk[] {
  const unique = new Map<string, UniqueChunk & { readonly alsoIn: DocumentName[] }>();
  for (const [rank, chunk] of chunks.entries()) {
    const key = textKey(chunk.content);
    const known = unique.get(key);
    if (known) addTo(known.alsoIn, known.chunk, chunk);
    else if (key !== '') unique.set(key, { chunk, rank, alsoIn: [] });
  }
  return [...unique.values()];
}

/** Equal for texts that differ in white space alone. */
export function textKey(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function addTo(names: DocumentName[], first: DocumentName, { documentId, source }: DocumentName): void {
  if (documentId === first.documentId) return;
  if (!names.some((name) => name.documentId === documentId)) names.push({ documentId, source });
}

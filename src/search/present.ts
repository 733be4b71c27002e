import type { Section } from '../chunking/index.js';
import { matchOffsets, parseHeadline, type Snippet } from './snippet.js';
import type { SearchResult } from './types.js';

/** A chunk as the search function shows it. */
export interface PresentedChunk extends Omit<SearchResult, 'snippet' | 'scores' | 'page' | 'headingPath'> {
  readonly chunkId: number;
  readonly tokens: number;
  readonly headline?: string;
  readonly sections: readonly Section[];
  readonly lexical: number | null;
  readonly semantic: number | null;
  /** As pgvector writes it; where vectors were asked for. */
  readonly vector?: string | null;
}

const NO_SNIPPET: Snippet = { text: '', marks: [] };

/** The result of a search, cited where most of its matches are. */
export function presentChunk(chunk: PresentedChunk): SearchResult {
  const { chunkId: _, tokens: __, vector: ___, headline, sections, lexical, semantic, ...shown } = chunk;
  const section = bestSection(sections, headline ? matchOffsets(headline, chunk.content) : [], chunk.start);
  return {
    ...shown,
    page: section?.page ?? null,
    headingPath: section?.headingPath ?? [],
    snippet: headline === undefined ? NO_SNIPPET : parseHeadline(headline),
    scores: { lexical, semantic },
  };
}

/** The section with the most matches; the first of several, and the first of all without any. */
function bestSection(
  sections: readonly Section[],
  matches: readonly number[],
  chunkStart: number,
): Section | undefined {
  const counts = new Map<Section | undefined, number>();
  for (const match of matches) {
    const section = sections.findLast(({ start }) => start <= chunkStart + match);
    counts.set(section, (counts.get(section) ?? 0) + 1);
  }
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? sections[0];
}

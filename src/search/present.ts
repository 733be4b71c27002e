import type { Section } from '../chunking/index.js';
import type { Row } from '../relational/index.js';
import type { FusedHit } from './fuse.js';
import { matchOffsets, parseHeadline } from './snippet.js';
import type { SearchResult } from './types.js';

/** A row of PRESENT_CHUNKS. */
export interface PresentedChunk
  extends Row,
    Omit<SearchResult, 'snippet' | 'score' | 'scores' | 'page' | 'headingPath'> {
  readonly chunkId: number;
  readonly headline: string;
  readonly sections: readonly Section[];
}

/** The result of a search, cited where most of its matches are. */
export function presentHit(
  hit: FusedHit,
  { chunkId: _, headline, sections, ...chunk }: PresentedChunk,
): SearchResult {
  const { score, lexical, semantic } = hit;
  const section = bestSection(sections, matchOffsets(headline, chunk.content), chunk.start);
  const place = { page: section?.page ?? null, headingPath: section?.headingPath ?? [] };
  return { ...chunk, ...place, snippet: parseHeadline(headline), score, scores: { lexical, semantic } };
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

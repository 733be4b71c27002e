import type { Section } from '../chunking/index.js';
import {
  excerptAt,
  hasMarks,
  markRuns,
  matchOffsets,
  parseHeadline,
  type QuestionTerms,
  type Snippet,
  termsOf,
} from './highlights/index.js';
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

/** The window of a chunk that is nearest to the question. */
export interface ShownWindow {
  readonly chunkId: number;
  /** From 0, of so many. */
  readonly window: number;
  readonly of: number;
}

const NO_SNIPPET: Snippet = { text: '', marks: [] };

/** Where a result is cited, and what is shown of it. */
interface Shown {
  readonly snippet: Snippet;
  /** Places in the content. */
  readonly places: readonly number[];
}

/** Makes results of what was found for a question, each cited where most of its matches are. */
export function presenter(
  question: string,
  windows: readonly ShownWindow[],
): (chunk: PresentedChunk) => SearchResult {
  const terms = termsOf(question);
  const nearest = new Map(windows.map((window) => [window.chunkId, window]));
  return (chunk) => presentChunk(chunk, shownOf(chunk, terms, nearest.get(chunk.chunkId)));
}

function presentChunk(chunk: PresentedChunk, { snippet, places }: Shown): SearchResult {
  const {
    chunkId: _,
    tokens: __,
    vector: ___,
    headline: ____,
    sections,
    lexical,
    semantic,
    ...shown
  } = chunk;
  const section = bestSection(sections, places, chunk.start);
  return {
    ...shown,
    page: section?.page ?? null,
    headingPath: section?.headingPath ?? [],
    snippet,
    scores: { lexical, semantic },
  };
}

/** The words that matched; where there is none, the window that did; of texts that are one window, the beginning. */
function shownOf(chunk: PresentedChunk, terms: QuestionTerms, window: ShownWindow | undefined): Shown {
  if (chunk.headline === undefined) return { snippet: NO_SNIPPET, places: [] };
  const headline = markRuns(terms, chunk.content) ?? chunk.headline;
  if (hasMarks(headline)) {
    return { snippet: parseHeadline(headline), places: matchOffsets(headline, chunk.content) };
  }
  const { start, end } = excerptAt(chunk.content, window ? placeOf(window, chunk) : 0);
  return { snippet: parseHeadline(chunk.content.slice(start, end)), places: window ? [start] : [] };
}

/**
 * Where a window begins in the content, about: windows are cut about equal in length from the title, the headings and the
 * content (`passageOf`), at the ends of sentences.
 */
function placeOf({ window, of }: ShownWindow, { content, title, sections }: PresentedChunk): number {
  const before = [title, ...(sections[0]?.headingPath ?? [])].join('. ').length;
  return Math.max(0, Math.round((window / of) * (before + content.length)) - before);
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

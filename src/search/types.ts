import type { Metadata } from '../documents/index.js';
import type { Snippet } from './snippet.js';

export const SEARCH_MODES = ['lexical', 'semantic', 'hybrid'] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

export interface SearchOptions {
  /** Default `hybrid`. */
  readonly mode?: SearchMode;
  /** Results wanted, 1 to 1000. Default 10. */
  readonly limit?: number;
  /**
   * False leaves snippets empty and cites the beginning of each chunk: for programs that read the content
   * anyway. Snippets cost about a millisecond a result. Default true.
   */
  readonly snippets?: boolean;
  /** Only documents whose metadata has each of these values. */
  readonly filter?: Readonly<Record<string, string | number | boolean>>;
}

export interface SearchResult {
  readonly documentId: string;
  readonly source: string;
  readonly title: string;
  readonly metadata: Metadata;
  /** Number of the chunk within its document, from 0. */
  readonly ordinal: number;
  /** Where most of the matches are: the page (slide, sheet) where the format has pages, and the headings above. */
  readonly page: number | null;
  readonly headingPath: readonly string[];
  /** UTF-16 code units into the document's `content`. */
  readonly start: number;
  readonly end: number;
  readonly content: string;
  /** The part of the content that answers best, with the spans of the words that matched. */
  readonly snippet: Snippet;
  readonly score: number;
  readonly scores: ScoreParts;
}

/** What the score was made of; a leg that did not run, or did not find the chunk, is null. */
export interface ScoreParts {
  /** BM25. */
  readonly lexical: number | null;
  /** Cosine similarity of the question and the chunk's best window. */
  readonly semantic: number | null;
}

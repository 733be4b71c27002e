import type { Metadata } from '../documents/index.js';
import type { Filter } from '../filters/index.js';
import type { Reranker, RerankOptions } from '../rerank/index.js';
import type { Snippet } from './highlights/index.js';

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
  /** Only documents whose metadata matches. */
  readonly filter?: Filter;
  /** Only these collections. Default: all that the scope's roles may read. */
  readonly collections?: readonly string[];
  /** BCP 47 tags of the languages that the question is read in. Default: those of the documents. */
  readonly languages?: readonly string[];
  /** Whether words also find longer words that begin with them. Default false. */
  readonly prefix?: boolean;
  /** Whether a word that no document has finds words that are spelt alike. Default false. */
  readonly fuzzy?: boolean;
  /**
   * How the legs become one: `convex` adds their scores as the model was calibrated, `rrf` the reciprocals of their
   * ranks (Cormack, Clarke & Büttcher 2009, k = 60). Default `convex`.
   */
  readonly fusion?: 'convex' | 'rrf';
  /**
   * Of the truly nearest, the share that an index has to find; 1 reads every vector. Default 0.98.
   */
  readonly recall?: number;
  /** At most so many chunks of one document. Default: no limit. */
  readonly perDocument?: number;
  /** Chunks before and after each result that come along, 0 to 10. Default 0. */
  readonly neighbours?: number;
  /** Prefers what was written lately: a document `halfLifeDays` old has lost half of `weight` (0 to 1). */
  readonly recency?: { readonly halfLifeDays: number; readonly weight: number };
  /** Metadata keys whose values are counted over the documents that were found. */
  readonly facets?: readonly string[];
  /** Judges the best `depth` results again. */
  readonly rerank?: RerankSettings;
  /** Trades likeness to the question for unlikeness to what was chosen before: 1 is likeness alone. */
  readonly diversity?: { readonly lambda: number; readonly depth?: number };
  /** Whether the answer tells how it came about. Default false. */
  readonly explain?: boolean;
}

export interface RerankSettings extends Omit<RerankOptions, 'signal'> {
  readonly with: Reranker;
}

export interface SearchResult {
  readonly documentId: string;
  readonly collection: string;
  readonly source: string;
  readonly title: string;
  readonly metadata: Metadata;
  /** BCP 47 tag. */
  readonly language: string;
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
  /** Where they were asked for, in order; without the result itself. */
  readonly neighbours?: readonly Neighbour[];
}

export interface Neighbour {
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

/** What the score was made of; a leg that did not run, or did not find the chunk, is null. */
export interface ScoreParts {
  /** BM25. */
  readonly lexical: number | null;
  /** Cosine similarity of the question and the chunk's best window. */
  readonly semantic: number | null;
  /** What a reranker gave. */
  readonly rerank?: number;
}

/**
 * Why there are fewer results than were asked for: the filter leaves too few chunks, or too few share a word with the
 * question, or there are too few at all; or no model could read the question (`EmbeddingModel.scripts`), so that it was
 * asked by its words alone.
 */
export type ShortReason = 'filter' | 'no-more-matches' | 'few-chunks' | 'unread-question';

export interface FacetValue {
  readonly value: string | number | boolean;
  readonly documents: number;
}

export interface SearchExplanation {
  /** Time of each phase within the database. */
  readonly milliseconds: Readonly<Record<string, number>>;
  /** How the nearest were found, a space of vectors each; null where vectors are elsewhere or were not asked. */
  readonly spaces: readonly SpaceExplanation[] | null;
  readonly lexicalHits: number;
  readonly semanticHits: number;
  /** Chunks that the filter left; null without one. */
  readonly candidates: number | null;
  readonly terms: readonly {
    readonly term: string;
    readonly language: string;
    readonly weight: number;
    /** Chunks that have it. */
    readonly holders: number;
    /** Whether it gave candidates; the most frequent terms only score those of the others. */
    readonly essential: boolean;
  }[];
}

export interface SpaceExplanation {
  readonly space: number;
  readonly collection: number;
  readonly model: string;
  /** `exact`, `candidates` (those the filter left), `signs`, `index` or `index-bits`. */
  readonly route: string;
  readonly efSearch: number | null;
  /** Vectors it chose from. */
  readonly vectors: number;
}

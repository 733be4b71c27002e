import type { SearchResult } from '../../search/index.js';

/** A chunk beside one that was found. */
export interface NeighbourChunk {
  /** Number of the chunk within its document, from 0. */
  readonly ordinal: number;
  /** UTF-16 code units into the document's `content`. */
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

/** What retrieval reads of a search result. */
export interface FoundChunk
  extends Pick<
    SearchResult,
    | 'documentId'
    | 'source'
    | 'title'
    | 'page'
    | 'headingPath'
    | 'ordinal'
    | 'start'
    | 'end'
    | 'content'
    | 'score'
  > {
  /** Of the same document, where the search was asked for them. */
  readonly neighbours?: readonly NeighbourChunk[];
}

export interface DocumentName {
  readonly documentId: string;
  readonly source: string;
}

/** A piece of a document's text: one chunk, or several that follow each other, as one. */
export interface Passage extends DocumentName {
  readonly title: string;
  /** Where the best of its chunks has most of its matches; null where the format has no pages. */
  readonly page: number | null;
  readonly headingPath: readonly string[];
  /** The chunks it is made of, ascending. */
  readonly ordinals: readonly number[];
  /** UTF-16 code units into the document's `content`. */
  readonly start: number;
  readonly end: number;
  readonly content: string;
  /** That of its best chunk. */
  readonly score: number;
  /** Place of its best chunk in the search result, from 0. */
  readonly rank: number;
  /** Other documents that have the same text, which is given once. */
  readonly alsoIn: readonly DocumentName[];
}

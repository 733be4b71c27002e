import type { SearchOptions, SearchResult } from '../search/index.js';

/** What answers questions with passages: a scope, or a collection of it. */
export interface Searchable {
  search(question: string, options?: SearchOptions): Promise<readonly SearchResult[]>;
}

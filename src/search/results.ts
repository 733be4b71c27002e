import type { FacetValue, SearchExplanation, SearchResult, ShortReason } from './types.js';

/** What a search tells besides its results. */
export interface SearchFacts {
  readonly short?: ShortReason;
  readonly facets?: Readonly<Record<string, readonly FacetValue[]>>;
  readonly explain?: SearchExplanation;
  readonly reranked?: boolean;
}

/** Results, best first: a list like any other, that also tells what else was asked for. */
export class SearchResults extends Array<SearchResult> {
  #facts: SearchFacts = {};

  /** What is made of it by `map` and the like is a plain list. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static having(results: readonly SearchResult[], facts: SearchFacts): SearchResults {
    const list = new SearchResults();
    list.push(...results);
    list.#facts = facts;
    return list;
  }

  /** Why there are fewer results than were asked for; undefined when there are not. */
  get short(): ShortReason | undefined {
    return this.#facts.short;
  }

  /** For each key that was asked for, its values and how many of the documents that were found have them. */
  get facets(): Readonly<Record<string, readonly FacetValue[]>> | undefined {
    return this.#facts.facets;
  }

  get explain(): SearchExplanation | undefined {
    return this.#facts.explain;
  }

  /** Whether a reranker ordered them; false when it failed and the order was kept. */
  get reranked(): boolean | undefined {
    return this.#facts.reranked;
  }
}

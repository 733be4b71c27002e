import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from './api-context.js';

export type SearchMode = 'hybrid' | 'lexical' | 'semantic';

export interface SearchRequest {
  readonly question: string;
  readonly mode: SearchMode;
  readonly limit: number;
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly collections?: readonly string[];
  readonly prefix?: boolean;
  readonly fuzzy?: boolean;
  readonly explain?: boolean;
}

export interface SearchResult {
  readonly documentId: string;
  readonly collection: string;
  readonly source: string;
  readonly title: string;
  readonly language: string;
  readonly ordinal: number;
  readonly page: number | null;
  readonly headingPath: readonly string[];
  /** UTF-16 code units into the document's text. */
  readonly start: number;
  readonly end: number;
  readonly content: string;
  readonly snippet: { readonly text: string; readonly marks: readonly Mark[] };
  readonly score: number;
  readonly scores: {
    readonly lexical: number | null;
    readonly semantic: number | null;
    readonly rerank?: number;
  };
}

/** Begin and end of a span, in UTF-16 code units. */
export type Mark = readonly [start: number, end: number];

export type ShortReason = 'filter' | 'no-more-matches' | 'few-chunks';

export interface Explanation {
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly spaces:
    | readonly {
        readonly space: number;
        readonly model: string;
        readonly route: string;
        readonly efSearch: number | null;
        readonly vectors: number;
      }[]
    | null;
  readonly lexicalHits: number;
  readonly semanticHits: number;
  readonly candidates: number | null;
  readonly terms: readonly {
    readonly term: string;
    readonly language: string;
    readonly weight: number;
    readonly holders: number;
    readonly essential: boolean;
  }[];
}

export interface SearchAnswer {
  readonly results: readonly SearchResult[];
  readonly short?: ShortReason;
  readonly explain?: Explanation;
}

/** Asks once there is a question; the results before stay until the next are there. */
export function useSearch(request: SearchRequest) {
  const api = useApi();
  return useQuery({
    queryKey: ['search', request],
    queryFn: async () => {
      const begun = performance.now();
      const answer = await api.post<SearchAnswer>('/api/search', request);
      return { ...answer, ms: performance.now() - begun };
    },
    enabled: request.question !== '',
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}

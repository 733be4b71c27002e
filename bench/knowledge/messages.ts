import type { Effort, Where } from './contestants/contestant.js';
import type { ContestantName } from './contestants/index.js';

/** One search: which question, where. */
export interface Ask {
  readonly question: number;
  readonly where: Where;
}

export interface OpenRequest {
  readonly do: 'open';
  readonly contestant: ContestantName;
  readonly url: string;
  readonly packages: string;
  readonly rows: number;
  readonly connections: number;
}

export interface SearchRequest {
  readonly do: 'search';
  readonly asks: readonly Ask[];
  readonly effort: Effort;
  /** How many searches are under way at once. */
  readonly callers: number;
  /** Searches before, which are not timed: another contestant's pages are in the server's memory. */
  readonly warmUp: number;
}

export interface GrowRequest {
  readonly do: 'grow';
  readonly tenant: string;
  readonly rows: number;
  readonly copies: number;
}

/** What the parent process asks of a contestant's. */
export type Request =
  | OpenRequest
  | SearchRequest
  | GrowRequest
  | { readonly do: 'prepare' | 'load' | 'index' | 'readyTenants' | 'close' };

export interface Reply {
  /** Milliseconds of the whole request. */
  readonly ms: number;
  readonly searches?: Searches;
  readonly error?: string;
}

export interface Searches {
  /** Milliseconds of all together. */
  readonly ms: number;
  /** Milliseconds of each. */
  readonly times: readonly number[];
  /** Rows found by each, nearest first. */
  readonly found: readonly (readonly number[])[];
}

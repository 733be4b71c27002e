import type { Knowledge } from '../data.js';

/** Of which tenant, and what a filter leaves; without both, of all passages. */
export interface Where {
  readonly tenant?: string;
  readonly filter?: { readonly key: string; readonly value: string | number };
}

/** How much a search of pgvector looks at; each contestant is given the least that reaches the recall. */
export interface Effort {
  /** hnsw.ef_search */
  readonly ef: number;
  /** hnsw.iterative_scan, or no index at all. */
  readonly iterative: 'off' | 'strict_order' | 'relaxed_order' | 'exact';
}

export interface Surroundings {
  readonly url: string;
  /** Where the packages of the peers are installed. */
  readonly packages: string;
  readonly knowledge: Knowledge;
  /** Connections: as many as callers at most. */
  readonly connections: number;
}

/** Graphs of all contestants are made alike, with the defaults of pgvector. */
export const GRAPH = { m: 16, efConstruction: 64 };

/** Of copies: how long the noise is beside a vector of length 1, and what determines it. */
export const NOISE = { strength: 0.3, seed: 1_000_000 };

/** A library, or statements by hand, over a database of its own. Rows are called by their number. */
export interface Contestant {
  /** Untimed: tables. */
  prepare(): Promise<void>;
  /** All rows, as its documentation says. */
  load(): Promise<void>;
  /** The index, where it is made afterwards. */
  index(): Promise<void>;
  /** Untimed: what the searches in a tenant need besides. */
  readyTenants?(): Promise<void>;
  /** Untimed: fills a tenant with the first rows, each so many times with noise. */
  grow?(tenant: string, rows: number, copies: number): Promise<void>;
  search(vector: Float32Array, where: Where, effort: Effort): Promise<number[]>;
  close(): Promise<void>;
}

export type OpenContestant = (surroundings: Surroundings) => Promise<Contestant>;

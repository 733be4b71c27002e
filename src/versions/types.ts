import type { JsonObject, JsonValue } from '../relational/index.js';

/** One revision of a row, as the database recorded it. Fields are the columns of the table, values as JSON. */
export interface Revision {
  readonly revision: number;
  readonly at: Date;
  readonly operation: 'insert' | 'update' | 'delete' | 'restore' | 'purge';
  readonly changed: readonly string[] | null;
  readonly row: JsonObject;
  readonly actorId: string | null;
}

/** What one field was and is. */
export interface FieldDifference {
  readonly field: string;
  readonly from: JsonValue;
  readonly to: JsonValue;
}

/** A field that both sides of a merge changed, each to something else. */
export interface MergeConflict {
  readonly field: string;
  /** The value where the branch began. */
  readonly base: JsonValue;
  /** The value of the row now. */
  readonly row: JsonValue;
  /** The value of the branch. */
  readonly branch: JsonValue;
}

/** How a conflict is settled: with one side, or with a value of its own. */
export type Resolution = 'row' | 'branch' | { readonly value: JsonValue };

export type MergeResult =
  | { readonly status: 'merged'; readonly revision: number; readonly changed: readonly string[] }
  | { readonly status: 'conflicts'; readonly conflicts: readonly MergeConflict[] };

export interface BranchSummary {
  readonly name: string;
  readonly state: 'open' | 'merged' | 'abandoned';
  readonly baseRevision: number;
  readonly mergedRevision: number | null;
  readonly createdAt: Date;
  readonly createdBy: string | null;
}

export interface BranchRevision {
  readonly number: number;
  readonly row: JsonObject;
  readonly changed: readonly string[];
  readonly at: Date;
  readonly actorId: string | null;
}

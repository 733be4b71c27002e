import type { ProbationState } from './probation.js';

/** What fetching ahead has done for one tenant in this process. */
export interface PrefetchFigures {
  /** Accesses that were told. */
  readonly observed: number;
  /** Keys that were expected to follow. */
  readonly predicted: number;
  /** Predicted keys that this process had already, or was fetching. */
  readonly present: number;
  /** Predicted keys that were not fetched, for want of budget or while fetching is off or on probation. */
  readonly withheld: number;
  /** Fetches. */
  readonly issued: number;
  /** Fetched keys that were asked for in their time. */
  readonly used: number;
  /** Fetched keys that were not, or had no value. */
  readonly wasted: number;
  /** Fetches that failed. */
  readonly failed: number;
  /** Used of the latest that were judged; undefined before any was. */
  readonly hitRate: number | undefined;
  /** Whether it fetches. */
  readonly active: boolean;
  readonly state: ProbationState;
  /** What memory holds: keys with successors, sessions, fetched keys that were not asked for yet. */
  readonly entries: { readonly keys: number; readonly sessions: number; readonly fetched: number };
}

export { Branch } from './branch.js';
export { RowVersions } from './row-versions.js';
export type {
  BranchRevision,
  BranchSummary,
  FieldDifference,
  MergeConflict,
  MergeResult,
  Resolution,
  Revision,
} from './types.js';

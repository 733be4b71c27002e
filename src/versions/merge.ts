import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../relational/index.js';
import type { FieldDifference, MergeConflict, Resolution } from './types.js';

export interface Merge {
  /** What the row gets: fields that the branch changed and the row did not, and settled conflicts. */
  readonly fields: JsonObject;
  readonly conflicts: readonly MergeConflict[];
}

/**
 * Three-way merge by field (Mens, "A State-of-the-Art Survey on Software Merging", 2002, §3.1): what one side
 * changed wins, what both changed alike is no conflict, what both changed otherwise is one unless it is settled.
 */
export function merge(
  base: JsonObject,
  row: JsonObject,
  branch: JsonObject,
  resolutions: Readonly<Record<string, Resolution>> = {},
): Merge {
  const fields: Record<string, JsonValue> = {};
  const conflicts: MergeConflict[] = [];
  for (const { field, to } of differences(base, branch)) {
    const [was, is] = [base[field] ?? null, row[field] ?? null];
    if (isDeepStrictEqual(is, to)) continue;
    const settled = isDeepStrictEqual(was, is) ? 'branch' : resolutions[field];
    if (settled === undefined) conflicts.push({ field, base: was, row: is, branch: to });
    else if (settled !== 'row') fields[field] = settled === 'branch' ? to : settled.value;
  }
  return { fields, conflicts };
}

/** The fields whose values differ, in the order of `to`. A field that is missing counts as null. */
export function differences(from: JsonObject, to: JsonObject): FieldDifference[] {
  const fields = [...new Set([...Object.keys(to), ...Object.keys(from)])];
  return fields
    .map((field) => ({ field, from: from[field] ?? null, to: to[field] ?? null }))
    .filter((difference) => !isDeepStrictEqual(difference.from, difference.to));
}

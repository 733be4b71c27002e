import {
  entityTag,
  type Invalidation,
  markOfTenant,
  marksOfTags,
  ROOT_MARK,
  type Told,
} from '../cache/index.js';
import type { ChangedRows, LedgerDelta } from '../events/index.js';

/** With more marks than this the tenants are cleared as a whole. */
const MOST_MARKS = 5000;

/** What caches must drop after these changes, but for those that were told already. */
export function invalidationOf(delta: LedgerDelta, told: Told): Invalidation {
  if (delta.lost) return { keys: [], marks: [ROOT_MARK] };
  const kept = delta.invalidations;
  const marks = new Set([
    ...delta.changes.flatMap((changed) => marksOf(changed, told)),
    ...kept.flatMap((each) => each.marks),
  ]);
  const keys = [...new Set(kept.flatMap((each) => each.keys))];
  if (marks.size <= MOST_MARKS) return { keys, marks: [...marks] };
  const tenants = new Set(delta.changes.map(({ tenantId }) => markOfTenant(tenantId)));
  const fewer = new Set([...tenants, ...kept.flatMap((each) => each.marks)]);
  return { keys, marks: fewer.size <= MOST_MARKS ? [...fewer] : [ROOT_MARK] };
}

function marksOf({ tenantId, entity, rows }: ChangedRows, told: Told): readonly string[] {
  if (rows === null) return [markOfTenant(tenantId)];
  const untold = rows.filter(([id, revision]) => !told.covers(tenantId, entity, id, revision));
  if (untold.length === 0) return [];
  return marksOfTags(tenantId, [entityTag(entity), ...untold.map(([id]) => entityTag(entity, id))]);
}

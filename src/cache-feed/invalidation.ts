import { entityTag, type Invalidation, markOfTenant, marksOfTags, ROOT_MARK } from '../cache/index.js';
import type { ChangedRows, LedgerDelta } from '../events/index.js';

/** With more marks than this the tenants are cleared as a whole. */
const MOST_MARKS = 5000;

/** What caches must drop after these changes. */
export function invalidationOf(delta: LedgerDelta): Invalidation {
  if (delta.lost) return { keys: [], marks: [ROOT_MARK] };
  const kept = delta.invalidations;
  const marks = new Set([...delta.changes.flatMap(marksOf), ...kept.flatMap((each) => each.marks)]);
  const keys = [...new Set(kept.flatMap((each) => each.keys))];
  if (marks.size <= MOST_MARKS) return { keys, marks: [...marks] };
  const tenants = new Set(delta.changes.map(({ tenantId }) => markOfTenant(tenantId)));
  const told = new Set([...tenants, ...kept.flatMap((each) => each.marks)]);
  return { keys, marks: told.size <= MOST_MARKS ? [...told] : [ROOT_MARK] };
}

function marksOf({ tenantId, entity, rows }: ChangedRows): readonly string[] {
  if (rows === null) return [markOfTenant(tenantId)];
  return marksOfTags(tenantId, [entityTag(entity), ...rows.map(([id]) => entityTag(entity, id))]);
}

import { createHash } from 'node:crypto';

/** Tags are at most 256 characters; a row may be named by a longer text. */
const LONGEST_ROW_ID = 160;

/**
 * The tag of what was made from rows of an entity: `entity:<name>`, which every change of it invalidates; with `rowId`
 * `entity:<name>:<rowId>`, which only changes of that row invalidate. A long row id stands there as its SHA-256.
 * @param rowId the key without the tenant, as events have it: a single column as text, several as a JSON array
 */
export function entityTag(entity: string | { readonly name: string }, rowId?: string): string {
  const name = typeof entity === 'string' ? entity : entity.name;
  if (rowId === undefined) return `entity:${name}`;
  if (rowId.length <= LONGEST_ROW_ID) return `entity:${name}:${rowId}`;
  return `entity:${name}:#${createHash('sha256').update(rowId).digest('base64url')}`;
}

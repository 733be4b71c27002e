import { createHash } from 'node:crypto';
import { LIMITS } from '../limits.js';
import type { Model } from '../model.js';
import { refused } from '../refusals.js';
import { type OrderTerm, orderText } from './order.js';

/** The values of the last row in the fields of the order, as PostgreSQL writes them. */
export type Position = readonly (string | null)[];

/** @throws AQF_ARGUMENT_INVALID when a value of the order is too long to be handed out */
export function writeCursor(model: Model, terms: readonly OrderTerm[], position: Position): string {
  const cursor = Buffer.from(JSON.stringify([fingerprint(model, terms), ...position])).toString('base64url');
  if (cursor.length > LIMITS.cursor) throw refused(model.entity, 'order by shorter values to read in pages');
  return cursor;
}

/** @throws AQF_ARGUMENT_INVALID for anything that was not handed out for this entity and order */
export function readCursor(model: Model, terms: readonly OrderTerm[], cursor: unknown): Position {
  const parts = parse(cursor);
  const fits =
    parts?.length === terms.length + 1 &&
    parts[0] === fingerprint(model, terms) &&
    terms.every(
      ({ field }, index) =>
        typeof parts[index + 1] === 'string' || (parts[index + 1] === null && field.nullable),
    );
  if (!fits) throw refused(model.entity, 'its cursor does not belong to this entity and order');
  return parts.slice(1);
}

function parse(cursor: unknown): Position | undefined {
  if (typeof cursor !== 'string' || cursor.length > LIMITS.cursor) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

function fingerprint(model: Model, terms: readonly OrderTerm[]): string {
  return createHash('sha256')
    .update(`${model.table} ${orderText(terms)}`)
    .digest('base64url')
    .slice(0, 8);
}

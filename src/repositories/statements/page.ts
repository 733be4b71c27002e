import type { Row, Statement } from '../../relational/index.js';
import { LIMITS } from '../limits.js';
import type { Model } from '../model.js';
import { refused } from '../refusals.js';
import { readCursor, writeCursor } from './cursor.js';
import { type FilterContext, writeFilter } from './filter.js';
import { writeKeyset } from './keyset.js';
import { type OrderTerm, orderTerms, orderText } from './order.js';
import type { Selection } from './selection.js';

/** Which rows, in what order, from where on. */
export interface PageRequest {
  readonly where?: unknown;
  readonly orderBy?: unknown;
  readonly limit?: unknown;
  readonly after?: unknown;
}

/** A page that is to be read: one row more than asked for tells whether there is another. */
export interface PagePlan {
  readonly statement: Statement;
  readonly terms: readonly OrderTerm[];
  readonly limit: number;
  /** Columns of the cursor, in the order of the terms; undefined where the row has the value itself. */
  readonly positions: readonly (string | undefined)[];
}

/** @throws AQF_FIELD_UNKNOWN, AQF_ARGUMENT_INVALID */
export function planPage(context: FilterContext, request: PageRequest, selection: Selection): PagePlan {
  const { model, parameters } = context;
  const terms = orderTerms(model, request.orderBy);
  const limit = checkLimit(model, request.limit);
  const positions = terms.map(({ field }, index) =>
    field.exact && selection.fields.includes(field) ? undefined : `aq$${index}`,
  );
  const extra = positions.map((alias, index) =>
    alias === undefined ? '' : `, ${terms[index]?.field.column}::text as "${alias}"`,
  );
  const conditions = [
    writeFilter(context, request.where),
    request.after === undefined
      ? undefined
      : writeKeyset(terms, readCursor(model, terms, request.after), parameters),
  ].filter((condition) => condition !== undefined);
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  const text =
    `select ${selection.text}${extra.join('')} from ${model.table}${where} ` +
    `order by ${orderText(terms)} limit ${parameters.bind(limit + 1)}`;
  return { statement: model.names.statement(text, parameters.values), terms, limit, positions };
}

/** The cursor of the page that follows, from rows that are not decoded yet; undefined after the last. */
export function nextCursor(model: Model, plan: PagePlan, rows: Row[]): string | undefined {
  const { terms, limit, positions } = plan;
  const more = rows.length > limit;
  if (more) rows.length = limit;
  const last = rows.at(-1);
  if (!more || !last) return undefined;
  const position = terms.map(({ field }, index) => {
    const value = last[positions[index] ?? field.property];
    return value === null ? null : String(value);
  });
  return writeCursor(model, terms, position);
}

export function checkLimit(model: Model, limit: unknown = LIMITS.defaultPage): number {
  if (!Number.isInteger(limit) || (limit as number) < 1 || (limit as number) > LIMITS.page) {
    throw refused(model.entity, `limit is a whole number from 1 to ${LIMITS.page}`);
  }
  return limit as number;
}

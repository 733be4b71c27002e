import type { Field } from '../fields/field.js';
import { LIMITS } from '../limits.js';
import { fieldNamed, type Model } from '../model.js';
import { isRecord, refused } from '../refusals.js';

export interface OrderTerm {
  readonly field: Field;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

const DIRECTION = /^(asc|desc)(?: nulls (first|last))?$/;

/**
 * An order with the key as its last word, so that no two rows tie.
 * @throws AQF_FIELD_UNKNOWN, AQF_ARGUMENT_INVALID
 */
export function orderTerms(model: Model, orderBy: unknown): readonly OrderTerm[] {
  const terms = statedTerms(model, orderBy);
  if (terms.some(({ field }) => field === model.key)) return terms;
  // In the direction of the last term, so that one index can serve both.
  const descending = terms.at(-1)?.descending ?? false;
  return [...terms, { field: model.key, descending, nullsFirst: descending }];
}

function statedTerms(model: Model, orderBy: unknown): OrderTerm[] {
  if (orderBy === undefined) return [];
  if (!isRecord(orderBy)) throw refused(model.entity, 'orderBy is an object of fields and directions');
  const stated = Object.entries(orderBy);
  if (stated.length > LIMITS.orderTerms) {
    throw refused(model.entity, `an order has at most ${LIMITS.orderTerms} fields`);
  }
  return stated.map(([property, direction]) => orderTerm(fieldNamed(model, property), direction));
}

function orderTerm(field: Field, direction: unknown): OrderTerm {
  const [, way, nulls] = (typeof direction === 'string' && DIRECTION.exec(direction)) || [];
  if (!way) throw refused(field.entity, `${field.property} is ordered asc or desc`);
  if (field.sealed) throw refused(field.entity, `${field.property} is encrypted: its rows have no order`);
  if (field.kind === 'opaque' || field.kind === 'array') {
    throw refused(field.entity, `${field.property} has no order`);
  }
  const descending = way === 'desc';
  return { field, descending, nullsFirst: nulls ? nulls === 'first' : descending };
}

/** `order by` without its two words. What PostgreSQL does by itself is not said, so that indexes fit. */
export function orderText(terms: readonly OrderTerm[]): string {
  return terms.map(termText).join(', ');
}

function termText({ field, descending, nullsFirst }: OrderTerm): string {
  const direction = descending ? ' desc' : '';
  if (!field.nullable || nullsFirst === descending) return `${field.column}${direction}`;
  return `${field.column}${direction} nulls ${nullsFirst ? 'first' : 'last'}`;
}

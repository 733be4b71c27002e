import type { Position } from './cursor.js';
import type { OrderTerm } from './order.js';
import type { Parameters } from './parameters.js';

/** One field of the order and where it stood in the last row; null when that was null. */
interface Bound {
  readonly term: OrderTerm;
  readonly value: string | null;
}

/**
 * The rows that come after a position. Where the order is one row comparison, it is written as one, which an index
 * answers directly; otherwise field by field (with the first as a bound, which an index answers too).
 */
export function writeKeyset(terms: readonly OrderTerm[], position: Position, parameters: Parameters): string {
  const bounds = terms.map((term, index): Bound => {
    const value = position[index] ?? null;
    return { term, value: value === null ? null : `${parameters.bind(value)}::text::${term.field.cast}` };
  });
  const descending = terms[0]?.descending;
  const uniform = terms.every((term) => !term.field.nullable && term.descending === descending);
  return uniform ? rowComparison(bounds) : stepwise(bounds);
}

function rowComparison(bounds: readonly Bound[]): string {
  const columns = bounds.map(({ term }) => term.field.column).join(', ');
  const values = bounds.map(({ value }) => value).join(', ');
  return `(${columns}) ${bounds[0]?.term.descending ? '<' : '>'} (${values})`;
}

function stepwise(bounds: readonly Bound[]): string {
  const steps = bounds.flatMap((bound, index) => {
    const after = comesAfter(bound);
    return after === undefined ? [] : [[...bounds.slice(0, index).map(ties), after].join(' and ')];
  });
  const condition = steps.length === 0 ? 'false' : `(${steps.map((step) => `(${step})`).join(' or ')})`;
  const [first] = bounds;
  if (!first || first.term.field.nullable || first.value === null) return condition;
  return `${first.term.field.column} ${first.term.descending ? '<=' : '>='} ${first.value} and ${condition}`;
}

function ties({ term, value }: Bound): string {
  return value === null ? `${term.field.column} is null` : `${term.field.column} = ${value}`;
}

/** Undefined when nothing can come after: nulls are last, and this is one. */
function comesAfter({ term: { field, descending, nullsFirst }, value }: Bound): string | undefined {
  if (value === null) return nullsFirst ? `${field.column} is not null` : undefined;
  const beyond = `${field.column} ${descending ? '<' : '>'} ${value}`;
  return field.nullable && !nullsFirst ? `(${beyond} or ${field.column} is null)` : beyond;
}

import { OPERATORS } from './condition.js';
import type { Filter, FilterCondition, FilterValue } from './filter.js';
import { type ParsedFilter, readFilter } from './parse.js';

/** Comparisons of one key with one value of the same type. */
export type RangeOperator = 'gt' | 'gte' | 'lt' | 'lte';

/**
 * A filter in few words: what the stores translate. Equality is membership in a list of one; what asks for something
 * else is a `not`. As JSON it is what `aquifer.filter_condition` reads (sql/migrations/0016).
 */
export type CanonicalFilter =
  | { readonly op: 'and' | 'or'; readonly args: readonly CanonicalFilter[] }
  | { readonly op: 'not'; readonly args: readonly [CanonicalFilter] }
  | CanonicalCondition;

export type CanonicalCondition =
  | { readonly op: 'in'; readonly key: string; readonly value: readonly FilterValue[] }
  | { readonly op: RangeOperator; readonly key: string; readonly value: string | number }
  | { readonly op: 'contains'; readonly key: string; readonly value: string }
  | { readonly op: 'exists'; readonly key: string };

/**
 * The same for filters that differ in the order of keys only.
 * @throws AQF_ARGUMENT_INVALID for what is no filter
 */
export function canonicalFilter(filter: Filter): CanonicalFilter {
  return fromParsed(readFilter(filter));
}

function fromParsed({ conditions, and, or, not }: ParsedFilter): CanonicalFilter {
  return all([
    ...[...conditions.keys()].sort().flatMap((key) => fromCondition(key, conditions.get(key) ?? {})),
    ...and.map(fromParsed),
    ...(or ? [any(or.map(fromParsed))] : []),
    ...(not ? [negated(fromParsed(not))] : []),
  ]);
}

function fromCondition(key: string, condition: FilterCondition): CanonicalFilter[] {
  return OPERATORS.flatMap((operator) => {
    const operand = condition[operator];
    return operand === undefined ? [] : [fromOperator(key, operator, operand)];
  });
}

function fromOperator(
  key: string,
  operator: keyof FilterCondition,
  operand: NonNullable<FilterCondition[keyof FilterCondition]>,
): CanonicalFilter {
  switch (operator) {
    case 'eq':
      return { op: 'in', key, value: [operand as FilterValue] };
    case 'ne':
      return negated({ op: 'in', key, value: [operand as FilterValue] });
    case 'in':
      return { op: 'in', key, value: distinct(operand as FilterValue[]) };
    case 'nin':
      return negated({ op: 'in', key, value: distinct(operand as FilterValue[]) });
    case 'exists':
      return operand ? { op: 'exists', key } : negated({ op: 'exists', key });
    case 'contains':
      return { op: 'contains', key, value: operand as string };
    default:
      return { op: operator, key, value: operand as string | number };
  }
}

function all(args: readonly CanonicalFilter[]): CanonicalFilter {
  const [only] = args;
  return only && args.length === 1 ? only : { op: 'and', args };
}

function any(args: readonly CanonicalFilter[]): CanonicalFilter {
  const [only] = args;
  return only && args.length === 1 ? only : { op: 'or', args };
}

function negated(filter: CanonicalFilter): CanonicalFilter {
  return filter.op === 'not' ? filter.args[0] : { op: 'not', args: [filter] };
}

function distinct(values: readonly FilterValue[]): FilterValue[] {
  return [...new Set(values)];
}

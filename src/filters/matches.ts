import {
  type CanonicalCondition,
  type CanonicalFilter,
  canonicalFilter,
  type RangeOperator,
} from './canonical.js';
import type { Filter } from './filter.js';

/** Metadata as it is stored: an object of JSON values. */
export type FilteredMetadata = Readonly<Record<string, unknown>>;

/**
 * Whether metadata, as it is stored, satisfies a filter. What a filter means is defined here; stores agree with it.
 * @throws AQF_ARGUMENT_INVALID for what is no filter
 */
export function matches(metadata: FilteredMetadata, filter: Filter): boolean {
  return holds(metadata, canonicalFilter(filter));
}

/**
 * `matches` for many, with the filter checked once.
 * @throws AQF_ARGUMENT_INVALID for what is no filter
 */
export function compileFilter(filter: Filter): (metadata: FilteredMetadata) => boolean {
  const canonical = canonicalFilter(filter);
  return (metadata) => holds(metadata, canonical);
}

function holds(metadata: FilteredMetadata, filter: CanonicalFilter): boolean {
  switch (filter.op) {
    case 'and':
      return filter.args.every((arg) => holds(metadata, arg));
    case 'or':
      return filter.args.some((arg) => holds(metadata, arg));
    case 'not':
      return !holds(metadata, filter.args[0]);
    default:
      return conditionHolds(valueUnder(metadata, filter.key), filter);
  }
}

function valueUnder(metadata: FilteredMetadata, key: string): unknown {
  return Object.hasOwn(metadata, key) ? (metadata[key] ?? undefined) : undefined;
}

function conditionHolds(value: unknown, condition: CanonicalCondition): boolean {
  switch (condition.op) {
    case 'exists':
      return value !== undefined;
    case 'contains':
      return Array.isArray(value)
        ? value.includes(condition.value)
        : typeof value === 'string' && value.includes(condition.value);
    case 'in':
      return elements(value).some((element) => condition.value.some((wanted) => wanted === element));
    default:
      return elements(value).some((element) => inRange(element, condition.op, condition.value));
  }
}

function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function inRange(value: unknown, operator: RangeOperator, bound: string | number): boolean {
  const order = compare(value, bound);
  if (order === undefined) return false;
  switch (operator) {
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
  }
}

/** Undefined where the types differ. */
function compare(value: unknown, bound: string | number): number | undefined {
  if (typeof value === 'number' && typeof bound === 'number') return value - bound;
  return typeof value === 'string' && typeof bound === 'string' ? compareCodePoints(value, bound) : undefined;
}

/** UTF-16 puts characters beyond U+FFFF before those from U+E000; UTF-8, and with it PostgreSQL, does not. */
function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** The place of a code unit that is the first in which two texts differ. */
function rank(unit: number): number {
  const surrogate = unit >= 0xd800 && unit <= 0xdfff;
  return surrogate ? unit + 0x10000 : unit;
}

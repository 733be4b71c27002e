import type { Where } from 'chromadb';
import {
  type CanonicalCondition,
  type CanonicalFilter,
  canonicalFilter,
  type Filter,
  type RangeOperator,
} from '../../filters/index.js';
import { allOf, anyOf, type Narrowing, UNMAPPED, where, wider } from './narrowing.js';
import {
  documentToken,
  numberName,
  numberPrefix,
  prefixName,
  textPrefix,
  typeToken,
  type ValueType,
  valueToken,
} from './tokens.js';

/** SQLite, in which Chroma keeps metadata, nests expressions 1000 deep, and Chroma chains what it joins. */
const MOST_CONDITIONS = 200;

const TYPES: readonly ValueType[] = ['number', 'text', 'boolean', 'list'];
const LOOSE = { gt: 'gte', gte: 'gte', lt: 'lte', lte: 'lte' } as const;
const OPPOSITE = { gt: 'lte', gte: 'lte', lt: 'gte', lte: 'gte' } as const;

/**
 * What Chroma is asked for a filter. It knows neither lists that texts are equal to, nor null, nor an order of texts:
 * tokens and numbers beside each record stand for them (see record-codec.ts).
 * @throws AQF_ARGUMENT_INVALID for what is no filter
 */
export function narrow(filter: Filter): Narrowing {
  const narrowing = translate(canonicalFilter(filter));
  return narrowing.kind === 'where' && narrowing.size > MOST_CONDITIONS ? UNMAPPED : narrowing;
}

/** Records of these documents; callers give few enough at once. */
export function narrowToDocuments(documentIds: readonly string[]): Narrowing {
  return anyOf(documentIds.map((documentId) => has(documentToken(documentId))));
}

function translate(filter: CanonicalFilter): Narrowing {
  switch (filter.op) {
    case 'and':
      return allOf(filter.args.map(translate));
    case 'or':
      return anyOf(filter.args.map(translate));
    case 'not':
      return translateNot(filter.args[0]);
    default:
      return condition(filter);
  }
}

function translateNot(filter: CanonicalFilter): Narrowing {
  switch (filter.op) {
    case 'and':
      return anyOf(filter.args.map(translateNot));
    case 'or':
      return allOf(filter.args.map(translateNot));
    case 'not':
      return translate(filter.args[0]);
    default:
      return noCondition(filter);
  }
}

function condition(filter: CanonicalCondition): Narrowing {
  switch (filter.op) {
    case 'in':
      return anyOf(filter.value.map((value) => has(valueToken(filter.key, value))));
    case 'exists':
      return anyOf(TYPES.map((type) => has(typeToken(filter.key, type))));
    case 'contains':
      return wider(anyOf([has(valueToken(filter.key, filter.value)), has(typeToken(filter.key, 'text'))]));
    default:
      return range(filter.key, filter.op, filter.value);
  }
}

function noCondition(filter: CanonicalCondition): Narrowing {
  switch (filter.op) {
    case 'in':
      return allOf(filter.value.map((value) => lacks(valueToken(filter.key, value))));
    case 'exists':
      return allOf(TYPES.map((type) => lacks(typeToken(filter.key, type))));
    case 'contains':
      return wider(lacks(valueToken(filter.key, filter.value)));
    default:
      return noRange(filter.key, filter.op, filter.value);
  }
}

function range(key: string, operator: RangeOperator, value: string | number): Narrowing {
  const [name, prefix] = ordered(key, value);
  const near = compared(name, LOOSE[operator], prefix);
  if (typeof value === 'number') return wider(allOf([has(typeToken(key, 'number')), near]));
  return wider(anyOf([near, has(typeToken(key, 'list'))]));
}

function noRange(key: string, operator: RangeOperator, value: string | number): Narrowing {
  if (typeof value === 'string') return UNMAPPED;
  const [name, prefix] = ordered(key, value);
  return wider(anyOf([lacks(typeToken(key, 'number')), compared(name, OPPOSITE[operator], prefix)]));
}

/** What stands for a value: of the same, nothing is known of the order of what they stand for. */
function ordered(key: string, value: string | number): [name: string, prefix: number] {
  return typeof value === 'number'
    ? [numberName(key), numberPrefix(value)]
    : [prefixName(key), textPrefix(value)];
}

function has(token: string): Narrowing {
  return where({ tokens: { $contains: token } });
}

function lacks(token: string): Narrowing {
  return where({ tokens: { $not_contains: token } });
}

function compared(name: string, operator: RangeOperator, value: number): Narrowing {
  return where({ [name]: { [`$${operator}`]: value } } as Where);
}

import { describe, expect, test } from 'vitest';
import { isAquiferError } from '../errors/index.js';
import { canonicalFilter, type Filter, parseFilter } from './index.js';

function refusal(input: unknown): string {
  try {
    parseFilter(input);
  } catch (error) {
    if (isAquiferError(error, 'AQF_ARGUMENT_INVALID')) return error.message;
    throw error;
  }
  return 'accepted';
}

function nested(levels: number): object {
  return levels === 1 ? { year: 1 } : { not: nested(levels - 1) };
}

function keys(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
}

describe('a filter is refused, and the place named,', () => {
  test.each<[string, unknown, string]>([
    ['no object', 'year = 2025', 'filter must be an object'],
    ['a list', [], 'filter must be an object'],
    ['a date', new Date(0), 'filter must be an object'],
    [
      'an unknown operator',
      { or: [{ a: 1 }, { year: { gtt: 3 } }] },
      'filter.or[1].year has no operator "gtt"',
    ],
    ['an empty condition', { year: {} }, 'filter.year asks for nothing'],
    ['an empty filter in another', { and: [{ a: 1 }, {}] }, 'filter.and[1] asks for nothing'],
    ['an empty list of filters', { or: [] }, 'filter.or must be a list'],
    ['a hole in a list of filters', { and: new Array(2) }, 'filter.and[0] must be an object'],
    ['a filter where a list belongs', { and: { a: 1 } }, 'filter.and must be a list'],
    ['NaN', { year: { in: [1, Number.NaN] } }, 'filter.year.in[1] must be'],
    ['an infinite number', { year: { lt: Number.POSITIVE_INFINITY } }, 'filter.year.lt must be'],
    ['a bigint', { year: 1n }, 'filter.year must be'],
    ['an order of booleans', { done: { gt: true } }, 'filter.done.gt must be'],
    ['null', { year: null }, 'filter.year is null'],
    ['undefined', { owner: undefined }, 'filter.owner is undefined'],
    ['an undefined operand', { year: { gte: undefined } }, 'filter.year.gte is undefined'],
    ['a bare list', { year: [1, 2] }, 'filter.year is a list'],
    [
      'a key of the prototype',
      JSON.parse('{ "__proto__": { "eq": 1 } }'),
      'filter.__proto__ cannot be a key',
    ],
    ['one that would be stored so', { '__pro\u0000to__': 1 }, 'cannot be a key'],
    ['an operator of the prototype', { a: JSON.parse('{ "__proto__": 1 }') }, 'filter.a'],
    ['two keys that are stored as one', { a: 1, 'a\u0000': 2 }, 'stored as the same key'],
    ['an empty key', { '': 1 }, 'has no name'],
    ['a long key', { ['k'.repeat(129)]: 1 }, 'is longer than 128 characters'],
    [
      'a long text',
      { a: 'x'.repeat(8193) },
      'filter.a must be a finite number, a boolean or a text of at most 8192',
    ],
    ['a long list', { a: { in: new Array(1001).fill(1) } }, 'filter.a.in has more than 1000 values'],
    ['too many conditions', { and: [keys(256), keys(1)] }, 'filter.and[1].k0 is one condition more than 256'],
    ['too many levels', nested(9), 'is nested deeper than 8 levels'],
  ])('for %s', (_, input, message) => {
    expect(refusal(input)).toContain(message);
  });

  test('for a filter that holds itself', () => {
    const filter: { not?: object } = {};
    filter.not = filter;
    expect(refusal(filter)).toContain('is nested deeper than 8 levels');
  });
});

describe('a filter is accepted', () => {
  test.each<[string, unknown]>([
    ['up to its limits', { and: [keys(256)] }],
    ['of eight levels', nested(8)],
    ['with a long list of long texts', { a: { in: new Array(1000).fill('x'.repeat(8192)) } }],
    ['that asks for nothing', {}],
    ['with keys that objects have by themselves', { constructor: 1, hasOwnProperty: 'a', toString: true }],
  ])('%s', (_, input) => expect(refusal(input)).toBe('accepted'));
});

describe('the canonical form', () => {
  test('does not depend on the order in which a filter was written', () => {
    const one = canonicalFilter({
      b: { lt: 3, gte: 1 },
      a: 'x',
      or: [{ c: 1 }],
      and: [{ d: true }],
    } as Filter);
    const other = canonicalFilter({
      and: [{ d: true }],
      a: 'x',
      or: [{ c: 1 }],
      b: { gte: 1, lt: 3 },
    } as Filter);
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  test('knows nothing of what was negated twice, given twice or alone in a list', () => {
    expect(canonicalFilter({ not: { or: [{ not: { a: { in: [1, 1, '1'] } } }] } })).toEqual({
      op: 'in',
      key: 'a',
      value: [1, '1'],
    });
  });

  test('has texts and keys as they are stored', () => {
    expect(canonicalFilter({ 'k\u0000\ud800': { eq: 'a\u0000b\udc00' } })).toEqual({
      op: 'in',
      key: 'k\ufffd',
      value: ['ab\ufffd'],
    });
  });
});

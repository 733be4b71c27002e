import fc from 'fast-check';
import type { Filter } from '../../src/filters/index.js';

/** Texts that have broken a statement, a path or a pattern before. */
const HOSTILE = [
  "'; drop table records; --",
  '$1',
  "$1 #>> '{key}'",
  '"',
  '\\',
  "\\'",
  '%_',
  '{args,0,value}',
  '}',
  ',',
  'a"b\\c',
  'null',
  '\u0001',
  '\ud83d\ude00',
  '\uffff',
  '$sql$',
  "E'\\x41'",
];

const KEYS = ['year', 'status', 'tags', 'constructor', 'toString', 'op', 'args', ...HOSTILE];
const TEXTS = ['', 'a', 'b', 'ab', 'A', '2025', 'true', 'null', 'é', 'e\u0301', ...HOSTILE];
const NUMBERS = [0, -0, 1, 2025, -1.5, 0.1, 1e21, 5e-324, 1.7976931348623157e308, 9007199254740991];

const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KEYS) },
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).filter(isKey),
);
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const number = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NUMBERS) },
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const scalar = fc.oneof(text, number, fc.boolean());
const ordered = fc.oneof(text, number);

/** What may lie under a key of stored JSON, deeper values too, which no condition but `exists` is true of. */
const stored = fc.oneof(
  { weight: 6, arbitrary: scalar },
  {
    weight: 3,
    arbitrary: fc.array(fc.oneof(scalar, fc.constant(null), fc.array(scalar, { maxLength: 2 })), {
      maxLength: 4,
    }),
  },
  fc.constant(null),
  fc.dictionary(key, scalar, { maxKeys: 2 }),
);
export const metadata = fc.dictionary(key, stored, { maxKeys: 5, noNullPrototype: true });

const operator = fc.oneof(
  fc.record({ eq: scalar }),
  fc.record({ ne: scalar }),
  fc.record({ in: fc.array(scalar, { maxLength: 4 }) }),
  fc.record({ in: fc.array(scalar, { minLength: 17, maxLength: 24 }) }),
  fc.record({ nin: fc.array(scalar, { maxLength: 20 }) }),
  fc.record({ gt: ordered }),
  fc.record({ gte: ordered }),
  fc.record({ lt: ordered }),
  fc.record({ lte: ordered }),
  fc.record({ contains: text }),
  fc.record({ exists: fc.boolean() }),
);
const condition = fc.oneof(
  scalar,
  fc
    .array(operator, { minLength: 1, maxLength: 2 })
    .map((operators): object => Object.assign({}, ...operators)),
);

export const filter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter; some: Filter }>((tie) => ({
  some: tie('filter').filter((made) => Object.keys(made).length > 0),
  filter: fc.oneof(
    { maxDepth: 6, depthSize: 'small', withCrossShrink: true },
    fc.dictionary(key, condition, { minKeys: 1, maxKeys: 2, noNullPrototype: true }) as fc.Arbitrary<Filter>,
    fc.record({ and: fc.array(tie('some'), { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<Filter>,
    fc.record({ or: fc.array(tie('some'), { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<Filter>,
    fc.record({ not: tie('some') }) as fc.Arbitrary<Filter>,
  ),
})).filter;

function isKey(name: string): boolean {
  return !name.includes('\u0000') && !['and', 'or', 'not', '__proto__'].includes(name);
}

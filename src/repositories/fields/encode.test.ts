import {
  bigint,
  boolean,
  getTableConfig,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  smallint,
  text,
  timestamp,
  uuid,
  vector,
} from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { encoderOf, ValueRefused } from './encode.js';
import { castType } from './sql-type.js';

const mood = pgEnum('mood', ['calm', 'wild']);
const table = pgTable('t', {
  text: text('text'),
  uuid: uuid('uuid'),
  small: smallint('small'),
  integer: integer('integer'),
  big: bigint('big', { mode: 'bigint' }),
  safe: bigint('safe', { mode: 'number' }),
  numeric: numeric('numeric', { precision: 10, scale: 2 }),
  flag: boolean('flag'),
  at: timestamp('at', { withTimezone: true, precision: 3 }),
  data: jsonb('data'),
  mood: mood('mood'),
  list: text('list').array().array(),
  vector: vector('vector', { dimensions: 2 }),
});
const columns = Object.fromEntries(getTableConfig(table).columns.map((column) => [column.name, column]));
const encode = (name: string, value: unknown) => encoderOf(columns[name] as never)(value);

test.each<[string, unknown, unknown]>([
  ['text', 'é 🦊', 'é 🦊'],
  ['uuid', 'ABCDEF00-0000-4000-8000-000000000000', 'abcdef00-0000-4000-8000-000000000000'],
  ['integer', 2 ** 31 - 1, 2 ** 31 - 1],
  ['big', 2n ** 63n - 1n, '9223372036854775807'],
  ['numeric', '1.50', '1.50'],
  ['flag', false, false],
  ['at', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['at', '2024-02-29T23:30:00-02:00', '2024-03-01T01:30:00.000Z'],
  ['at', '1970-01-01T01:00:00+01:00', '1970-01-01T00:00:00.000Z'],
  ['data', null, 'null'],
  ['data', '123', '"123"'],
  ['mood', 'wild', 'wild'],
  [
    'list',
    [
      ['a', 'b"'],
      [null, '\\'],
    ],
    '{{"a","b\\""},{NULL,"\\\\"}}',
  ],
  ['vector', [1, 2.5], '[1,2.5]'],
])('%s takes what it can hold (%#)', (name, value, bound) => {
  expect(encode(name, value)).toEqual(bound);
});

test.each<[string, unknown]>([
  ['text', 1],
  ['text', 'nul \0'],
  ['text', 'half \ud800'],
  ['uuid', 'x'],
  ['uuid', { toString: () => 'ABCDEF00-0000-4000-8000-000000000000' }],
  ['small', 2 ** 15],
  ['integer', 1.5],
  ['integer', 2 ** 31],
  ['integer', '1'],
  ['big', 1],
  ['big', 2n ** 63n],
  ['safe', 2 ** 53],
  ['flag', 'true'],
  ['at', 'yesterday'],
  ['at', new Date(Number.NaN)],
  ['at', '2026-02-30'],
  ['at', '2026-04-31T10:00:00Z'],
  ['at', '2026-13-01'],
  ['at', 0],
  ['data', undefined],
  ['data', 1n],
  ['mood', 'odd'],
  ['list', 'a'],
  ['list', ['a']],
  ['vector', [1, '2']],
  ['vector', [Number.NaN]],
])('%s refuses what it cannot hold (%#)', (name, value) => {
  expect(() => encode(name, value)).toThrow(ValueRefused);
});

test('a text is cast to the bare type of its column, which cuts nothing', () => {
  expect(Object.values(columns).map(castType)).toEqual([
    'text',
    'uuid',
    'smallint',
    'integer',
    'bigint',
    'bigint',
    'numeric',
    'boolean',
    'timestamp with time zone',
    'jsonb',
    '"public"."mood"',
    'text[][]',
    'vector',
  ]);
});

import pg from 'pg';
import { COLUMN_TYPE, type ColumnType } from './driver-adapter.js';

type Convert = (value: unknown) => unknown;

interface Column {
  readonly type: ColumnType;
  readonly convert: Convert;
}

/** Object identifiers from here on belong to types that a user made: enums, domains, extensions. */
const FIRST_OF_USERS = 16_384;

const TEXT_ARRAY: number = 1009;
const parseTextArray = pg.types.getTypeParser(TEXT_ARRAY, 'text') as (text: string) => unknown[];

const asIs: Convert = (value) => value;
const text = (value: unknown) => (typeof value === 'string' ? value : String(value));
const json: Convert = (value) => JSON.stringify(value);
/** `2024-05-01 10:00:00.5` is in UTC, as Prisma stores it. */
const timestamp: Convert = (value) => `${text(value).replace(' ', 'T')}Z`;
/** Prisma reads no offset without minutes. */
const timestamptz: Convert = (value) =>
  new Date(
    text(value)
      .replace(' ', 'T')
      .replace(/([+-]\d\d)$/, '$1:00'),
  ).toISOString();
const withoutOffset: Convert = (value) => text(value).replace(/[+-]\d\d(:\d\d){0,2}$/, '');
const amount: Convert = (value) => text(value).replaceAll(/[^\d.-]/g, '');

/** A scalar type and its array, by object identifier (pg_type.dat). */
type Rule = readonly [
  scalar: number,
  array: number,
  type: keyof typeof COLUMN_TYPE & string,
  convert?: Convert,
];

const RULES: readonly Rule[] = [
  [21, 1005, 'int32'],
  [23, 1007, 'int32'],
  [20, 1016, 'int64', text],
  [26, 1028, 'int64', text],
  [700, 1021, 'float'],
  [701, 1022, 'double'],
  [1700, 1231, 'numeric', text],
  [790, 791, 'numeric', amount],
  [16, 1000, 'boolean'],
  [18, 1002, 'character'],
  [1042, 1014, 'text'],
  [25, 1009, 'text'],
  [1043, 1015, 'text'],
  [19, 1003, 'text'],
  [1560, 1561, 'text'],
  [1562, 1563, 'text'],
  [869, 1041, 'text'],
  [650, 651, 'text'],
  [829, 1040, 'text'],
  [142, 143, 'text'],
  [1082, 1182, 'date'],
  [1083, 1183, 'time'],
  [1266, 1270, 'time', withoutOffset],
  [1114, 1115, 'dateTime', timestamp],
  [1184, 1185, 'dateTime', timestamptz],
  [114, 199, 'json', json],
  [3802, 3807, 'json', json],
  [17, 1001, 'bytes'],
  [2950, 2951, 'uuid'],
];

const COLUMNS: ReadonlyMap<number, Column> = new Map(
  RULES.flatMap(([scalar, array, type, convert = asIs]) => [
    [scalar, { type: COLUMN_TYPE[type], convert }] as const,
    [array, arrayOf(type, convert)] as const,
  ]),
);

/** What Prisma calls the type of a column, and how a value becomes what it expects; undefined for one it has not. */
export function columnOf(dataTypeID: number): Column | undefined {
  return COLUMNS.get(dataTypeID) ?? (dataTypeID >= FIRST_OF_USERS ? USERS_OWN : undefined);
}

const USERS_OWN: Column = { type: COLUMN_TYPE.text, convert: asIs };

function arrayOf(type: string, convert: Convert): Column {
  const convertAll: Convert = (value) =>
    elementsOf(value).map((item) => (item === null ? null : convert(item)));
  return { type: COLUMN_TYPE[`${type}Array` as keyof typeof COLUMN_TYPE], convert: convertAll };
}

/** Arrays that no provider decodes are text, such as `{101,010}`. */
function elementsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : parseTextArray(String(value));
}

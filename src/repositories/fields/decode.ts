import { is } from 'drizzle-orm';
import { PgArray, type PgColumn, PgTimestamp } from 'drizzle-orm/pg-core';

/** How a column is read, so that its value is the same whichever driver brings it. Null is null everywhere. */
export interface Reading {
  /** What is selected of the column: itself, or its text where drivers differ in what they make of it. */
  readonly as: '' | '::text' | '::text[]';
  readonly decode?: (value: unknown) => unknown;
}

/** Columns that node-postgres and PGlite decode alike, to the value that Drizzle promises. */
const ALIKE = new Set([
  'PgText',
  'PgVarchar',
  'PgChar',
  'PgUUID',
  'PgBoolean',
  'PgInteger',
  'PgSmallInt',
  'PgSerial',
  'PgSmallSerial',
  'PgReal',
  'PgDoublePrecision',
  'PgJson',
  'PgJsonb',
  'PgEnumColumn',
  'PgEnumObjectColumn',
  'PgTime',
  'PgInet',
  'PgCidr',
  'PgMacaddr',
  'PgMacaddr8',
  'PgNumeric',
]);

const toNumber = (value: unknown) => Number(value);
const toBigInt = (value: unknown) => BigInt(value as string);
const CONVERTED: Readonly<Record<string, (value: unknown) => unknown>> = {
  PgBigInt53: toNumber,
  PgBigSerial53: toNumber,
  PgNumericNumber: toNumber,
  PgBigInt64: toBigInt,
  PgBigSerial64: toBigInt,
  PgNumericBigInt: toBigInt,
};

export function readingOf(column: PgColumn): Reading {
  const { columnType } = column;
  if (ALIKE.has(columnType)) return { as: '' };
  const convert = CONVERTED[columnType];
  if (convert) return { as: '', decode: convert };
  // Both drivers make a Date of it, in milliseconds.
  if (is(column, PgTimestamp) && column.withTimezone) return { as: '' };
  if (is(column, PgArray)) return { as: '::text[]', decode: elementsOf(column.baseColumn as PgColumn) };
  if (columnType === 'PgCustomColumn' && column.getSQLType() === 'bytea') {
    return { as: '', decode: (value) => column.mapFromDriverValue(Buffer.from(value as Uint8Array)) };
  }
  return { as: '::text', decode: (value) => column.mapFromDriverValue(value) };
}

/** Elements come as text, which drivers parse alike; Drizzle's own parser reads NULL as a word. */
function elementsOf(base: PgColumn): (value: unknown) => unknown {
  const fromText = textReader(base);
  const decode = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(decode);
    return value === null ? null : fromText(value as string);
  };
  return decode;
}

function textReader(column: PgColumn): (text: string) => unknown {
  if (is(column, PgArray)) return textReader(column.baseColumn as PgColumn);
  if (column.dataType === 'json') return JSON.parse;
  if (column.dataType === 'boolean') return (text) => text === 'true';
  return (text) => column.mapFromDriverValue(text);
}

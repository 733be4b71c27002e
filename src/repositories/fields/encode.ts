import { is } from 'drizzle-orm';
import { PgArray, type PgColumn } from 'drizzle-orm/pg-core';
import { arrayLiteral } from './array-literal.js';

/** The value is not of the column's type; the message completes "title …". */
export class ValueRefused extends Error {}

/** A value that is not null as it is bound. @throws ValueRefused */
export type Encode = (value: unknown) => unknown;

/** A text as PostgreSQL can hold it. @throws ValueRefused */
export const encodeText: Encode = (value) => {
  if (typeof value !== 'string') throw new ValueRefused('takes a string');
  if (value.includes('\u0000') || !value.isWellFormed()) {
    throw new ValueRefused('takes text without NUL and without half characters');
  }
  return value;
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ISO_MOMENT = /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?$/;

const encodeUuid: Encode = (value) => {
  if (typeof value !== 'string' || !UUID.test(value)) throw new ValueRefused('takes a UUID');
  return value.toLowerCase();
};

function integerEncoder(max: number): Encode {
  return (value) => {
    if (!Number.isInteger(value) || Math.abs(value as number) > max) {
      throw new ValueRefused(`takes a whole number up to ${max}`);
    }
    return value;
  };
}

const encodeSmallInt = integerEncoder(2 ** 15 - 1);
const encodeInteger = integerEncoder(2 ** 31 - 1);
const encodeSafeInteger = integerEncoder(Number.MAX_SAFE_INTEGER);
const MAX_BIGINT = 2n ** 63n - 1n;

const encodeNumber: Encode = (value) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new ValueRefused('takes a number');
  return value;
};

const encodeBigInt: Encode = (value) => {
  if (typeof value !== 'bigint') throw new ValueRefused('takes a bigint');
  if (value > MAX_BIGINT || value < -MAX_BIGINT) throw new ValueRefused('takes a bigint of 64 bits');
  return value.toString();
};

function encodeWholeNumeric(value: unknown): string {
  if (typeof value !== 'bigint') throw new ValueRefused('takes a bigint');
  return value.toString();
}

const encodeBoolean: Encode = (value) => {
  if (typeof value !== 'boolean') throw new ValueRefused('takes true or false');
  return value;
};

const encodeJson: Encode = (value) => {
  const text = attempt(() => JSON.stringify(value), 'takes what JSON can say');
  if (text === undefined) throw new ValueRefused('takes what JSON can say');
  return text;
};

const BY_TYPE: Readonly<Record<string, Encode>> = {
  PgUUID: encodeUuid,
  PgInteger: encodeInteger,
  PgSmallInt: encodeSmallInt,
  PgSerial: encodeInteger,
  PgSmallSerial: encodeSmallInt,
  PgBigInt53: encodeSafeInteger,
  PgBigSerial53: encodeSafeInteger,
  PgNumericBigInt: encodeWholeNumeric,
};

const BY_DATA: Readonly<Record<string, Encode>> = {
  string: encodeText,
  number: encodeNumber,
  bigint: encodeBigInt,
  boolean: encodeBoolean,
};

export function encoderOf(column: PgColumn): Encode {
  if (is(column, PgArray)) return arrayEncoder(column);
  if (column.columnType === 'PgJson' || column.columnType === 'PgJsonb') return encodeJson;
  if (column.enumValues && column.enumValues.length > 0) return enumEncoder(column.enumValues);
  if (column.dataType === 'date') return dateEncoder(column);
  const encode = BY_TYPE[column.columnType] ?? BY_DATA[column.dataType];
  if (encode) return column.columnType === 'PgNumericNumber' ? (value) => String(encode(value)) : encode;
  if (column.dataType === 'array') return vectorEncoder(column);
  return (value) => attempt(() => column.mapToDriverValue(value), 'does not take this value');
}

function enumEncoder(labels: readonly string[]): Encode {
  return (value) => {
    if (!labels.includes(value as string)) throw new ValueRefused(`takes one of ${labels.join(', ')}`);
    return value;
  };
}

/** ISO 8601 texts stand for moments too: that is how JSON brings them. */
function dateEncoder(column: PgColumn): Encode {
  return (value) => {
    const date = typeof value === 'string' ? momentOf(value) : value;
    if (!(date instanceof Date) || Number.isNaN(date.getTime())) throw new ValueRefused('takes a Date');
    return column.mapToDriverValue(date);
  };
}

/** Undefined for a day that no calendar has: JavaScript would take 30 February for 2 March. */
function momentOf(text: string): Date | undefined {
  const day = ISO_MOMENT.exec(text)?.[1];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  const exists = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  return exists ? new Date(text) : undefined;
}

function vectorEncoder(column: PgColumn): Encode {
  return (value) => {
    if (!Array.isArray(value) || !value.every(Number.isFinite)) throw new ValueRefused('takes numbers');
    return column.mapToDriverValue(value);
  };
}

function arrayEncoder(column: PgColumn): Encode {
  const encode = elementEncoder(column);
  return (value) => {
    if (!Array.isArray(value)) throw new ValueRefused('takes an array');
    return arrayLiteral(encode(value) as readonly unknown[]);
  };
}

function elementEncoder(column: PgColumn): Encode {
  if (!is(column, PgArray)) return encoderOf(column);
  const encode = elementEncoder(column.baseColumn as PgColumn);
  return (value) => {
    if (!Array.isArray(value)) throw new ValueRefused('takes an array');
    return value.map((element) => (element === null ? null : encode(element)));
  };
}

function attempt<T>(work: () => T, complaint: string): T {
  try {
    return work();
  } catch {
    throw new ValueRefused(complaint);
  }
}

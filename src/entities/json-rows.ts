import type { PgColumn } from 'drizzle-orm/pg-core';
import { columnsOf } from './build-table.js';
import type { AnyEntity } from './entity.js';

type Fields = Readonly<Record<string, unknown>>;
type Convert = (value: unknown) => unknown;

const WHOLE = /^-?\d{1,19}$/;

/** Since when a row waits to be embedded: the pipeline's, which changes it without another revision. */
const OF_PIPELINE = 'embeddingExpiredAt';

/** A row as JSON can say it: 64-bit numbers and dates as text, bytes as base64; without what is no state of the row. */
export function toJsonRow(row: object): Record<string, unknown> {
  const shown = Object.entries(row).filter(([name]) => name !== OF_PIPELINE);
  return Object.fromEntries(shown.map(([name, value]) => [name, toJson(value)]));
}

/** Fields of a row as JSON brings them, as the repository takes them; it refuses what does not fit. */
export function fromJsonRow(entity: AnyEntity, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, readerOf(entity, name)?.(value) ?? value]),
  );
}

/** The same for conditions, whatever operators they are under. */
export function fromJsonFilter(entity: AnyEntity, filter: Fields): Fields {
  return Object.fromEntries(
    Object.entries(filter).map(([name, condition]) => {
      if (name === 'and' || name === 'or') return [name, combined(entity, condition)];
      if (name === 'not' && isObject(condition)) return [name, fromJsonFilter(entity, condition)];
      const read = readerOf(entity, name);
      return [name, read ? leaves(condition, read) : condition];
    }),
  );
}

/** The key of a row as its text in a path; one that cannot be a key stays the text, which names no row. */
export function keyOfText(entity: AnyEntity, text: string): unknown {
  const column = columnsOf(entity.table)[entity.key];
  const value = readerOf(entity, entity.key)?.(text) ?? text;
  return column?.dataType === 'number' && WHOLE.test(text) ? Number(text) : value;
}

function combined(entity: AnyEntity, filters: unknown): unknown {
  if (!Array.isArray(filters)) return filters;
  return filters.map((filter) => (isObject(filter) ? fromJsonFilter(entity, filter) : filter));
}

function leaves(value: unknown, read: Convert): unknown {
  if (Array.isArray(value)) return value.map((each) => leaves(each, read));
  if (!isObject(value)) return read(value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, leaves(each, read)]));
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Array.isArray(value) ? value.map(toJson) : value;
}

function readerOf(entity: AnyEntity, name: string): Convert | undefined {
  const columns = columnsOf(entity.table);
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column?.dataType === 'bigint') return toBigInt;
  return isBytes(column) ? toBytes : undefined;
}

function toBigInt(value: unknown): unknown {
  const isWhole = (typeof value === 'string' && WHOLE.test(value)) || Number.isSafeInteger(value);
  return isWhole ? BigInt(value as string | number) : value;
}

function toBytes(value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : value;
}

function isBytes(column: PgColumn | undefined): boolean {
  return column?.columnType === 'PgCustomColumn' && column.getSQLType() === 'bytea';
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { getTableColumns } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { AnyEntity } from '../../entities/index.js';

/** What names a row to the cache: its row id, or that this cannot be told, or that there can be no such row. */
export type RowName = { readonly id: string } | 'uncertain' | 'impossible';
export type NameRow = (key: unknown) => RowName;

/** The text that PostgreSQL writes for a key, undefined for what is no such key. */
type Write = (key: unknown) => string | undefined;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const uuid: Write = (key) => (typeof key === 'string' && UUID.test(key) ? key.toLowerCase() : undefined);
const text: Write = (key) => (typeof key === 'string' && key.isWellFormed() ? key : undefined);
const whole: Write = (key) => (Number.isSafeInteger(key) ? `${key}` : undefined);
const big: Write = (key) => (typeof key === 'bigint' ? `${key}` : undefined);

/** Types whose equal values have one text. Not `numeric` (1.5 is 1.50), `char` (padded), or times (of a time zone). */
const WRITERS: Readonly<Record<string, Write>> = {
  PgUUID: uuid,
  PgText: text,
  PgVarchar: text,
  PgInteger: whole,
  PgSmallInt: whole,
  PgSerial: whole,
  PgSmallSerial: whole,
  PgBigInt53: whole,
  PgBigSerial53: whole,
  PgBigInt64: big,
  PgBigSerial64: big,
};

/** Tells the row ids that the events of an entity's rows will have, by their keys. */
export function rowNames(entity: AnyEntity): NameRow {
  const column = (getTableColumns(entity.table) as Record<string, PgColumn>)[entity.key];
  const write = WRITERS[column?.columnType ?? ''];
  if (!write) return () => 'uncertain';
  return (key) => {
    const id = write(key);
    return id === undefined ? 'impossible' : { id };
  };
}

import { is } from 'drizzle-orm';
import { PgArray, type PgColumn } from 'drizzle-orm/pg-core';
import { columnType } from '../../entities/index.js';

const SERIALS: Readonly<Record<string, string>> = {
  smallserial: 'smallint',
  serial: 'integer',
  bigserial: 'bigint',
};

/**
 * The type a text is cast to on its way into a column. Without length or precision: a cast cuts silently what an
 * assignment refuses.
 */
export function castType(column: PgColumn): string {
  if (is(column, PgArray)) return `${castType(column.baseColumn as PgColumn)}[]`;
  const type = columnType(column);
  if (type.startsWith('"')) return type;
  const bare = type.replace(/\s*\([\d\s,]*\)/, '');
  if (/^(varchar|character varying|char|character|bpchar)$/.test(bare)) return 'text';
  if (bare === 'bit') return 'varbit';
  return SERIALS[bare] ?? bare;
}

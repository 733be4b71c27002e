import { is } from 'drizzle-orm';
import { type PgColumn, type PgEnum, PgEnumColumn } from 'drizzle-orm/pg-core';
import { quoteIdentifier, quoteLiteral } from '../identifiers.js';
import { isSql, sqlText } from './sql-text.js';

/** One column as `create table` takes it. */
export function columnDefinition(column: PgColumn): string {
  const parts = [quoteIdentifier(column.name), columnType(column)];
  if (column.notNull) parts.push('not null');
  if (column.generated) parts.push(`generated always as (${generatedExpression(column)}) stored`);
  if (column.generatedIdentity) {
    const { type } = column.generatedIdentity;
    parts.push(`generated ${type === 'always' ? 'always' : 'by default'} as identity`);
  }
  if (column.default !== undefined) parts.push(`default ${defaultExpression(column)}`);
  return parts.join(' ');
}

/** The type as SQL spells it, with its schema where it has one of its own. */
export function columnType(column: PgColumn): string {
  const enumeration = enumOf(column);
  return enumeration ? enumName(enumeration) : column.getSQLType();
}

export function enumOf(column: PgColumn): PgEnum<[string, ...string[]]> | undefined {
  return is(column, PgEnumColumn) ? column.enum : undefined;
}

export function enumName({ schema, enumName: name }: PgEnum<[string, ...string[]]>): string {
  return `${quoteIdentifier(schema ?? 'public')}.${quoteIdentifier(name)}`;
}

function generatedExpression(column: PgColumn): string {
  const as = column.generated?.as;
  const value = typeof as === 'function' ? as() : as;
  return isSql(value) ? sqlText(value) : quoteLiteral(String(value));
}

function defaultExpression(column: PgColumn): string {
  if (isSql(column.default)) return sqlText(column.default);
  const value = column.default === null ? null : column.mapToDriverValue(column.default);
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  return quoteLiteral(value instanceof Date ? value.toISOString() : String(value));
}

import { is, SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

const dialect = new PgDialect();

/** An SQL expression of Drizzle as text, its values inlined as literals: DDL takes no parameters. */
export function sqlText(expression: SQL, source?: 'indexes'): string {
  return dialect.sqlToQuery(expression.inlineParams(), source).sql;
}

export function isSql(value: unknown): value is SQL {
  return is(value, SQL);
}

import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { quoteIdentifier, quoteLiteral } from '../identifiers.js';
import { columnDefinition, enumName, enumOf } from './column.js';
import { columnList, foreignKeyDefinition, indexStatement, tableName } from './keys.js';
import { sqlText } from './sql-text.js';

/** What makes a table, in the order in which it is to run: foreign keys need the tables of all entities. */
export interface TableStatements {
  readonly types: readonly string[];
  readonly table: string;
  readonly keys: readonly string[];
}

export function tableStatements(table: PgTable): TableStatements {
  const config = getTableConfig(table);
  const name = tableName(table);
  const parts = [
    ...config.columns.map(columnDefinition),
    ...config.primaryKeys.map(({ columns }) => `primary key (${columnList(columns)})`),
    ...config.uniqueConstraints.map(
      (key) =>
        `constraint ${quoteIdentifier(key.getName() as string)} unique ${key.nullsNotDistinct ? 'nulls not distinct ' : ''}(${columnList(key.columns)})`,
    ),
    ...config.checks.map(
      (check) => `constraint ${quoteIdentifier(check.name)} check (${sqlText(check.value, 'indexes')})`,
    ),
  ];
  return {
    types: enumStatements(table),
    table: `create table ${name} (\n  ${parts.join(',\n  ')}\n)`,
    keys: [
      ...config.foreignKeys.map((key) => `alter table ${name} add ${foreignKeyDefinition(key)}`),
      ...config.indexes.map((index) => indexStatement(name, index)),
    ],
  };
}

/** `create type` has no `if not exists`. */
function enumStatements(table: PgTable): string[] {
  const enums = new Set(getTableConfig(table).columns.flatMap((column) => enumOf(column) ?? []));
  return [...enums].map((enumeration) => {
    const labels = enumeration.enumValues.map(quoteLiteral).join(', ');
    const create = `create type ${enumName(enumeration)} as enum (${labels})`;
    const name = quoteLiteral(enumName(enumeration));
    return `do $aq$ begin if to_regtype(${name}) is null then ${create}; end if; end $aq$`;
  });
}

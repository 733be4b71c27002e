import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { qualifiedName, quoteIdentifier } from '../identifiers.js';
import { isSql, sqlText } from './sql-text.js';

type TableConfig = ReturnType<typeof getTableConfig>;
type ForeignKey = TableConfig['foreignKeys'][number];
type Index = TableConfig['indexes'][number];

const TENANT = 'tenant_id';

export function columnList(columns: readonly { readonly name: string }[]): string {
  return columns.map(({ name }) => quoteIdentifier(name)).join(', ');
}

/** `constraint … foreign key …`, for `alter table`. Clearing a reference leaves the tenant as it is. */
export function foreignKeyDefinition(key: ForeignKey): string {
  const { columns, foreignColumns } = key.reference();
  const cleared = columns.filter(({ name }) => name !== TENANT);
  const onDelete =
    key.onDelete === 'set null' ? `set null (${columnList(cleared)})` : (key.onDelete ?? 'no action');
  const parent = tableName(foreignColumns[0]?.table as PgTable);
  return (
    `constraint ${quoteIdentifier(key.getName())} foreign key (${columnList(columns)}) ` +
    `references ${parent} (${columnList(foreignColumns)}) on update ${key.onUpdate ?? 'no action'} on delete ${onDelete}`
  );
}

export function tableName(table: PgTable): string {
  const { schema = 'public', name } = getTableConfig(table);
  return qualifiedName({ schema, name });
}

/** `create index`, if there is none of that name. */
export function indexStatement(table: string, { config }: Index): string {
  const columns = config.columns.map((column) =>
    isSql(column) ? sqlText(column, 'indexes') : indexed(column),
  );
  const options = Object.entries(config.with ?? {}).map(
    ([key, value]) => `${quoteIdentifier(key)} = ${value}`,
  );
  return [
    `create ${config.unique ? 'unique ' : ''}index if not exists ${quoteIdentifier(indexName(config))} on ${table}`,
    `using ${quoteIdentifier(config.method ?? 'btree')} (${columns.join(', ')})`,
    options.length > 0 ? `with (${options.join(', ')})` : '',
    config.where ? `where ${sqlText(config.where, 'indexes')}` : '',
  ].join(' ');
}

function indexName({ name, columns, table }: Index['config']): string {
  if (name !== undefined) return name;
  const parts = columns.map((column) => (isSql(column) ? 'expression' : (column as PgColumn).name));
  return `${[getTableConfig(table).name, ...parts].join('_').slice(0, 57)}_index`;
}

interface IndexedColumn {
  readonly name?: string | undefined;
  readonly indexConfig: { readonly order?: string; readonly nulls?: string; readonly opClass?: string };
}

function indexed(column: unknown): string {
  const { name = '', indexConfig } = column as IndexedColumn;
  const opClass = indexConfig.opClass ? ` ${indexConfig.opClass}` : '';
  const order = indexConfig.order === 'desc' ? ' desc' : '';
  const nulls = order && indexConfig.nulls ? ` nulls ${indexConfig.nulls}` : '';
  return `${quoteIdentifier(name)}${opClass}${order}${nulls}`;
}

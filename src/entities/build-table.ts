import {
  foreignKey,
  type IndexColumn,
  index,
  type PgColumn,
  type PgTable,
  type PgTableExtraConfigValue,
  pgSchema,
  pgTable,
  primaryKey,
  unique,
} from 'drizzle-orm/pg-core';
import { builderState, type ColumnBuilders, ownUniques, withoutOwnKeys } from './builders.js';
import type { Draft } from './check-definition.js';
import type { BelongsTo, OnSoftDelete } from './relations.js';
import { tenantFirst } from './tenant-first.js';
import { idColumns, traitColumns } from './trait-columns.js';

type Columns = Readonly<Record<string, PgColumn>>;
type Constraints = (columns: Columns) => readonly PgTableExtraConfigValue[];

/** The one Drizzle table of an entity: its columns, those of its traits, and keys that the tenant leads. */
export function buildTable(draft: Draft, constraints: Constraints = () => []): PgTable {
  const columns = allColumns(draft);
  const extras = (self: Columns) => [
    primaryKey({ columns: [column(self, 'tenantId'), column(self, draft.key)] }),
    ...uniqueKeys(draft, self),
    ...references(draft).flatMap((relation) => referenceKeys(draft, relation, self)),
    ...tenantFirst(constraints(self), column(self, 'tenantId')),
  ];
  const table =
    draft.schema === 'public'
      ? pgTable(draft.name, columns, extras as never)
      : pgSchema(draft.schema).table(draft.name, columns, extras as never);
  return table as PgTable;
}

/** The columns of a table by property, though its type says nothing of them. */
export function columnsOf(table: PgTable): Columns {
  return table as unknown as Columns;
}

function allColumns({ key, columns, traits }: Draft): ColumnBuilders {
  const columnName = (property: string) => {
    const builder = columns[property];
    return (builder && (builderState(builder).config as { name?: string }).name) || property;
  };
  const declared = Object.entries(columns).map(([property, builder]) => [property, withoutOwnKeys(builder)]);
  return {
    ...(key in columns ? {} : idColumns()),
    ...Object.fromEntries(declared),
    ...traitColumns(traits, columnName),
  };
}

function uniqueKeys(draft: Draft, self: Columns): PgTableExtraConfigValue[] {
  return ownUniques(draft.columns).map(({ property, name, nullsNotDistinct }) => {
    const key = unique(name).on(column(self, 'tenantId'), column(self, property));
    return nullsNotDistinct ? key.nullsNotDistinct() : key;
  });
}

function references(draft: Draft): BelongsTo[] {
  return Object.values(draft.relations).filter((relation) => relation.kind === 'belongsTo');
}

const ON_DELETE: Readonly<Record<OnSoftDelete, 'cascade' | 'set null' | 'no action'>> = {
  cascade: 'cascade',
  'set null': 'set null',
  restrict: 'no action',
  keep: 'no action',
};

/** The foreign key with the tenant, and an index to find the rows that refer to one. */
function referenceKeys(draft: Draft, relation: BelongsTo, self: Columns): PgTableExtraConfigValue[] {
  const target = relation.target();
  const foreign = columnsOf(target.table);
  const columns: [PgColumn, PgColumn] = [column(self, 'tenantId'), column(self, relation.field)];
  const key = foreignKey({
    columns,
    foreignColumns: [column(foreign, 'tenantId'), column(foreign, target.key)],
    name: keyName(draft.name, columns[1].name, 'fkey'),
  } as never).onDelete(ON_DELETE[relation.onSoftDelete]);
  const lookup = index(keyName(draft.name, columns[1].name, 'idx'));
  return [key, lookup.on(...(columns as unknown as [IndexColumn, IndexColumn]))] as PgTableExtraConfigValue[];
}

/** Within PostgreSQL's 63 bytes. Names of entities are ASCII. */
function keyName(table: string, columnName: string, kind: string): string {
  return `${`${table}_${columnName}`.slice(0, 58)}_${kind}`;
}

function column(columns: Columns, property: string): PgColumn {
  return columns[property] as PgColumn;
}

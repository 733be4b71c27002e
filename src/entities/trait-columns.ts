import { sql } from 'drizzle-orm';
import { bigint, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { ColumnBuilders } from './builders.js';
import type { Traits } from './traits.js';

const CURRENT_TENANT = sql`aquifer.current_tenant()`;
const CURRENT_ACTOR = sql`aquifer.current_actor()`;
const moment = <const Name extends string>(name: Name) => timestamp(name, { withTimezone: true });

export const idColumns = () => ({ id: uuid('id').notNull().defaultRandom() });
export const tenantColumns = () => ({ tenantId: text('tenant_id').notNull().default(CURRENT_TENANT) });
const softDeleteColumns = () => ({ deletedAt: moment('deleted_at'), deletedBy: text('deleted_by') });
const revisionColumns = () => ({ revision: bigint('revision', { mode: 'number' }).notNull().default(1) });
const timestampColumns = () => ({
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
  createdBy: text('created_by').default(CURRENT_ACTOR),
  updatedBy: text('updated_by').default(CURRENT_ACTOR),
});
const searchableColumns = () => ({ embeddingExpiredAt: moment('embedding_expired_at').defaultNow() });
const blindColumn = () => text();

export type IdColumns = ReturnType<typeof idColumns>;

/** The columns that traits add, as types. */
export type TraitColumns<T> = ReturnType<typeof tenantColumns> &
  (T extends { softDelete: true | object } ? ReturnType<typeof softDeleteColumns> : unknown) &
  (T extends { versioned: true } | { events: true } ? ReturnType<typeof revisionColumns> : unknown) &
  (T extends { timestamps: true } ? ReturnType<typeof timestampColumns> : unknown) &
  (T extends { searchable: object } ? ReturnType<typeof searchableColumns> : unknown) &
  (T extends { encrypted: { blindIndex: readonly (infer Column extends string)[] } }
    ? { [K in Column as BlindProperty<K>]: ReturnType<typeof blindColumn> }
    : unknown);

/** Under which property the table has the blind index of a column. No repository reads or writes it as a field. */
export type BlindProperty<Column extends string> = `${Column}Blind`;

export function blindProperty(property: string): BlindProperty<string> {
  return `${property}Blind`;
}

/** The columns that traits add, as builders. `columnName` gives the name that a declared column has in SQL. */
export function traitColumns(traits: Traits, columnName: (property: string) => string): ColumnBuilders {
  return {
    ...tenantColumns(),
    ...(traits.softDelete && softDeleteColumns()),
    ...((traits.versioned || traits.events) && revisionColumns()),
    ...(traits.timestamps && timestampColumns()),
    ...(traits.searchable && searchableColumns()),
    ...blindColumns(traits.encrypted?.blindIndex ?? [], columnName),
  };
}

function blindColumns(columns: readonly string[], columnName: (property: string) => string): ColumnBuilders {
  return Object.fromEntries(
    columns.map((property) => [blindProperty(property), text(`${columnName(property)}_blind`)]),
  );
}

/** The properties that traits keep: written by the database, never by a caller. */
export function managedProperties(traits: Traits): ReadonlySet<string> {
  return new Set(Object.keys(traitColumns(traits, String)));
}

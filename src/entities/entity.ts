import type { BuildColumns, InferInsertModel, InferSelectModel, Simplify } from 'drizzle-orm';
import type { PgTable, PgTableExtraConfigValue, PgTableWithColumns } from 'drizzle-orm/pg-core';
import { buildTable } from './build-table.js';
import type { ColumnBuilders } from './builders.js';
import { checkDefinition, checkRelations } from './check-definition.js';
import type { BelongsTo, HasMany, Relation } from './relations.js';
import type { BlindProperty, IdColumns, TraitColumns } from './trait-columns.js';
import type { Traits } from './traits.js';

type AllColumns<C extends ColumnBuilders, T, Key> = Simplify<
  (Key extends keyof C ? unknown : IdColumns) & C & TraitColumns<T>
>;

/** The Drizzle table of an entity, for Drizzle itself and for drizzle-kit. */
export type EntityTable<Name extends string, C extends ColumnBuilders> = PgTableWithColumns<{
  name: Name;
  schema: string | undefined;
  columns: BuildColumns<Name, C, 'pg'>;
  dialect: 'pg';
}>;

type EncryptedOf<T> = T extends { encrypted: { columns: readonly (infer K)[] } } ? K & string : never;
type BlindOf<T> = T extends { encrypted: { blindIndex: readonly (infer K)[] } } ? K & string : never;

/** What repositories know of an entity at compile time. Only types: there is no such value. */
export interface EntityTypes {
  /** A row as it is read. */
  readonly row: object;
  /** What a row is made of; what traits keep is not written. */
  readonly create: object;
  readonly patch: object;
  readonly key: unknown;
  /** Encrypted fields, and those among them that can be searched for equality. */
  readonly encrypted: string;
  readonly blind: string;
  readonly revision: boolean;
}

interface TypesOf<Name extends string, C extends ColumnBuilders, T, Key extends string> extends EntityTypes {
  readonly row: RowFrom<EntityTable<Name, AllColumns<C, T, Key>>, T>;
  readonly create: CreateFrom<EntityTable<Name, AllColumns<C, T, Key>>, C, T, Key>;
  readonly patch: Simplify<
    Partial<Omit<InferInsertModel<EntityTable<Name, AllColumns<C, T, Key>>>, ManagedBy<T> | Key>>
  >;
  readonly key: this['row'] extends Record<Key, infer V> ? V : never;
  readonly encrypted: EncryptedOf<T>;
  readonly blind: BlindOf<T>;
  readonly revision: T extends { versioned: true } | { events: true } ? true : false;
}

type ManagedBy<T> = keyof TraitColumns<T>;
type RowFrom<Table extends PgTable, T> = Simplify<Omit<InferSelectModel<Table>, BlindProperty<BlindOf<T>>>>;
type CreateFrom<Table extends PgTable, C extends ColumnBuilders, T, Key extends string> = Simplify<
  Omit<InferInsertModel<Table>, ManagedBy<T> | GeneratedKey<C, Key>> & {
    [K in GeneratedKey<C, Key>]?: string;
  }
>;
/** A uuid key is made where none is given. */
type GeneratedKey<C extends ColumnBuilders, Key extends string> = Key extends keyof C
  ? C[Key]['_']['columnType'] extends 'PgUUID'
    ? Key
    : never
  : Key;

/** Any entity, for code that works with all of them. */
export interface AnyEntity {
  readonly name: string;
  readonly schema: string;
  readonly key: string;
  readonly table: PgTable;
  readonly traits: Traits;
  readonly relations: Readonly<Record<string, Relation>>;
  readonly $infer: EntityTypes;
}

export type Relations = Readonly<Record<string, Relation>>;

/** A table with its traits and relations, from which everything else is inferred. */
export class Entity<
  Name extends string,
  C extends ColumnBuilders,
  T extends Traits<C>,
  R extends Relations,
  Key extends string,
> implements AnyEntity
{
  /** For types only. */
  declare readonly $infer: TypesOf<Name, C, T, Key>;
  /** @param traits as they were declared; @param key the property that names a row within its tenant */
  constructor(
    readonly name: Name,
    /** `public` where none was stated. */
    readonly schema: string,
    readonly table: EntityTable<Name, AllColumns<C, T, Key>>,
    readonly key: Key,
    readonly traits: T & Traits,
    readonly relations: R,
  ) {}
}

/** A row of the entity as it is read. */
export type RowOf<E extends AnyEntity> = E['$infer']['row'];
/** What a row of the entity is made of. */
export type CreateOf<E extends AnyEntity> = E['$infer']['create'];
/** What may be changed of a row of the entity. */
export type PatchOf<E extends AnyEntity> = E['$infer']['patch'];
export type KeyOf<E extends AnyEntity> = E['$infer']['key'];

/** `belongsTo` must name a column of this very entity, and no trait may be unknown. */
type Checked<C, R> = {
  [K in keyof R]: R[K] extends BelongsTo<infer Target, string>
    ? BelongsTo<Target, keyof C & string>
    : HasMany;
};
type NoOther<T, Known> = { readonly [K in Exclude<keyof T, keyof Known>]: never };

export interface EntityDefinition<C extends ColumnBuilders, T, R, Key extends string> {
  /** @default 'public' */
  readonly schema?: string;
  /** Drizzle's column builders by property. Without a column `id` (or `key`), a uuid `id` is added. */
  readonly columns: C;
  /** The column that names a row within its tenant. The primary key is the tenant and this. @default 'id' */
  readonly key?: Key;
  readonly traits?: T & NoOther<T, Traits>;
  readonly relations?: R & Checked<C, R>;
  /** Indexes, unique keys and checks, as Drizzle's third argument of `pgTable`. The tenant is put first in keys and B-trees. */
  readonly constraints?: (table: EntityTable<string, C>) => readonly PgTableExtraConfigValue[];
}

/**
 * Declares an entity: one table whose traits the database keeps for every writer.
 * @throws AQF_ENTITY_INVALID
 */
export function entity<
  const Name extends string,
  C extends ColumnBuilders,
  const T extends Traits<C> = Record<never, never>,
  R extends Relations = Record<never, never>,
  const Key extends (keyof C & string) | 'id' = 'id',
>(name: Name, definition: EntityDefinition<C, T, R, Key>): Entity<Name, C, T, R, Key> {
  const { schema = 'public', key = 'id' as Key, traits = {}, relations = {} } = definition;
  const draft = { name, schema, key, columns: definition.columns, traits, relations };
  checkDefinition(draft);
  const table = buildTable(draft, definition.constraints as never);
  return new Entity(name, schema, table as never, key, traits as T & Traits, relations as R);
}

/**
 * The same entity with more relations. Two entities that refer to each other cannot both be declared before the
 * other; the second side is added when both are there.
 */
export function withRelations<
  Name extends string,
  C extends ColumnBuilders,
  T extends Traits<C>,
  R extends Relations,
  Key extends string,
  More extends Readonly<Record<string, HasMany>>,
>(base: Entity<Name, C, T, R, Key>, more: More): Entity<Name, C, T, R & More, Key> {
  const relations = { ...base.relations, ...more };
  checkRelations(base.name, Object.keys(more), base.table);
  return new Entity(base.name, base.schema, base.table, base.key, base.traits, relations);
}

import { getTableColumns } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import {
  type AnyEntity,
  blindProperty,
  managedProperties,
  qualifiedName,
  quoteIdentifier,
  type Relation,
} from '../entities/index.js';
import { type Field, fieldOf } from './fields/field.js';
import { unknownField } from './refusals.js';
import { StatementNames } from './statements/statement-names.js';

/** An entity with everything worked out that does not depend on a call. */
export interface Model {
  readonly entity: string;
  /** As SQL has it, with its schema. */
  readonly table: string;
  /** `schema.table` without quotes: how ciphers address it. */
  readonly address: string;
  readonly key: Field;
  readonly fields: ReadonlyMap<string, Field>;
  /** All fields, in the order of the table. */
  readonly all: readonly Field[];
  readonly sealed: readonly Field[];
  readonly softDelete: boolean;
  readonly revision: boolean;
  /** Whether a key that is not given is made here. */
  readonly makesKey: boolean;
  readonly relations: Readonly<Record<string, Relation>>;
  readonly names: StatementNames;
}

const models = new WeakMap<AnyEntity, Model>();

/** Made once an entity. */
export function modelOf(entity: AnyEntity): Model {
  const known = models.get(entity);
  if (known) return known;
  const model = makeModel(entity);
  models.set(entity, model);
  return model;
}

/** @throws AQF_FIELD_UNKNOWN */
export function fieldNamed(model: Model, property: unknown): Field {
  const field = typeof property === 'string' ? model.fields.get(property) : undefined;
  if (!field) throw unknownField(model.entity, 'field', property);
  return field;
}

function makeModel(entity: AnyEntity): Model {
  const { encrypted, softDelete, versioned, events } = entity.traits;
  const columns = getTableColumns(entity.table) as Record<string, PgColumn>;
  const blinds = new Map<string, string>();
  for (const property of (encrypted?.blindIndex ?? []) as readonly string[]) {
    blinds.set(property, quoteIdentifier((columns[blindProperty(property)] as PgColumn).name));
  }
  const hidden = new Set([...blinds.keys()].map(blindProperty) as string[]);
  const managed = managedProperties(entity.traits);
  const all = Object.entries(columns)
    .filter(([property]) => !hidden.has(property))
    .map(([property, column]) =>
      fieldOf(column, {
        entity: entity.name,
        property,
        sealed: encrypted?.columns.includes(property as never) ?? false,
        blind: blinds.get(property),
        writable: !managed.has(property) && isWritable(column),
      }),
    );
  const fields = new Map(all.map((field) => [field.property, field]));
  return {
    entity: entity.name,
    table: qualifiedName(entity),
    address: `${entity.schema}.${entity.name}`,
    key: fields.get(entity.key) as Field,
    fields,
    all,
    sealed: all.filter((field) => field.sealed),
    softDelete: Boolean(softDelete),
    revision: Boolean(versioned || events),
    makesKey: columns[entity.key]?.columnType === 'PgUUID',
    relations: entity.relations,
    names: new StatementNames(),
  };
}

function isWritable(column: PgColumn): boolean {
  return column.generated === undefined && column.generatedIdentity?.type !== 'always';
}

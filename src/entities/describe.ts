import { getTableColumns } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { columnType } from './ddl/column.js';
import type { AnyEntity } from './entity.js';
import { blindProperty, managedProperties } from './trait-columns.js';

/** An entity as data: what a form or a table of its rows needs to know. */
export interface EntityDescription {
  readonly name: string;
  /** The properties that name a row within its tenant. */
  readonly key: readonly string[];
  readonly fields: readonly FieldDescription[];
  readonly traits: readonly string[];
}

export interface FieldDescription {
  readonly name: string;
  /** As SQL spells it. */
  readonly type: string;
  readonly nullable: boolean;
  /** Kept by the database: never written by a caller. */
  readonly generated: boolean;
  readonly encrypted: boolean;
  /** Whether a new row needs it to be given. */
  readonly required: boolean;
  /** What an enumeration allows. */
  readonly values?: readonly string[];
}

const descriptions = new WeakMap<AnyEntity, EntityDescription>();

/** Made once an entity. */
export function describeEntity(entity: AnyEntity): EntityDescription {
  const known = descriptions.get(entity);
  if (known) return known;
  const { name, key } = entity;
  const description = { name, key: [key], fields: fieldsOf(entity), traits: traitsOf(entity) };
  descriptions.set(entity, description);
  return description;
}

function traitsOf({ traits }: AnyEntity): string[] {
  return Object.entries(traits).flatMap(([trait, isWanted]) => (isWanted ? [trait] : []));
}

function fieldsOf({ table, traits }: AnyEntity): FieldDescription[] {
  const hidden = new Set<string>((traits.encrypted?.blindIndex ?? []).map(blindProperty));
  const managed = managedProperties(traits);
  const encrypted = new Set<string>(traits.encrypted?.columns ?? []);
  return Object.entries(getTableColumns(table) as Record<string, PgColumn>)
    .filter(([property]) => !hidden.has(property))
    .map(([property, column]) => {
      const generated = managed.has(property) || isComputed(column);
      return {
        name: property,
        type: columnType(column),
        nullable: !column.notNull,
        generated,
        encrypted: encrypted.has(property),
        required: column.notNull && !generated && !isFilled(column),
        ...(column.enumValues && column.enumValues.length > 0 && { values: column.enumValues }),
      };
    });
}

function isComputed({ generated, generatedIdentity }: PgColumn): boolean {
  return generated !== undefined || generatedIdentity?.type === 'always';
}

/** A uuid key is made where none is given. */
function isFilled(column: PgColumn): boolean {
  return column.hasDefault || column.generatedIdentity !== undefined || column.defaultFn !== undefined;
}

import type { PgTable } from 'drizzle-orm/pg-core';
import { AquiferError } from '../errors/index.js';
import { builderState, type ColumnBuilders } from './builders.js';
import type { Relation } from './relations.js';
import { traitColumns } from './trait-columns.js';
import { TRAIT_NAMES, type Traits } from './traits.js';

/** A definition with its defaults filled in. */
export interface Draft {
  readonly name: string;
  readonly schema: string;
  readonly key: string;
  readonly columns: ColumnBuilders;
  readonly traits: Traits;
  readonly relations: Readonly<Record<string, Relation>>;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,47}$/;
/** Words of a filter, and names that are special on every object of JavaScript. */
const RESERVED = new Set(['and', 'or', 'not', '__proto__', 'constructor', 'prototype']);
const RESERVED_SCHEMAS = /^(aquifer|pg_.*|information_schema)$/;
/** Keys that are known, as PostgreSQL writes them, before the row is stored: ciphertext is bound to them. */
const KEYS_OF_ENCRYPTED = new Set(['PgUUID', 'PgText', 'PgVarchar']);

/** @throws AQF_ENTITY_INVALID when the definition contradicts itself; types do not tell it all, nor JavaScript any */
export function checkDefinition(draft: Draft): void {
  checkNames(draft);
  const properties = Object.keys(draft.columns);
  for (const trait of Object.keys(draft.traits)) {
    if (!TRAIT_NAMES.has(trait)) throw invalid(draft.name, `there is no trait ${trait}`);
  }
  for (const property of properties) checkColumn(draft, property);
  const added = Object.keys(traitColumns(draft.traits, String));
  const twice = properties.find((property) => added.includes(property));
  if (twice) throw invalid(draft.name, `${twice} is a column that its traits add`);
  checkEncrypted(draft);
  checkSearchable(draft);
  for (const relation of Object.values(draft.relations)) {
    if (relation.kind === 'belongsTo' && !(relation.field in draft.columns)) {
      throw invalid(draft.name, `belongsTo names ${relation.field}, which is no column`);
    }
  }
  checkRelationNames(draft.name, Object.keys(draft.relations), [...properties, ...added, draft.key]);
}

/** Relations that are added to a table that is there. */
export function checkRelations(name: string, relations: readonly string[], table: PgTable): void {
  checkRelationNames(name, relations, Object.keys(table));
}

function checkRelationNames(name: string, relations: readonly string[], taken: readonly string[]): void {
  const clash = relations.find((relation) => taken.includes(relation) || RESERVED.has(relation));
  if (clash) throw invalid(name, `the relation ${clash} has the name of a column`);
}

function checkNames({ name, schema, key, columns }: Draft): void {
  if (!NAME.test(name)) throw invalid(name, 'its name is not 1 to 48 letters, digits and _');
  if (!NAME.test(schema) || RESERVED_SCHEMAS.test(schema)) {
    throw invalid(name, `the schema ${schema} is not for entities`);
  }
  if (key !== 'id' && !(key in columns)) throw invalid(name, `its key ${key} is no column`);
}

function checkColumn({ name, key, columns }: Draft, property: string): void {
  if (RESERVED.has(property) || property.startsWith('aq$')) {
    throw invalid(name, `a column cannot be named ${property}`);
  }
  const builder = columns[property];
  const { config, foreignKeyConfigs } = builderState(builder as ColumnBuilders[string]);
  if (config.primaryKey && property !== key) {
    throw invalid(name, `${property} is declared as primary key, but the key is ${key}; state \`key\``);
  }
  if (foreignKeyConfigs && foreignKeyConfigs.length > 0) {
    throw invalid(name, `${property} uses references(), which leaves the tenant out; declare belongsTo`);
  }
}

function checkEncrypted({ name, key, columns, traits: { encrypted } }: Draft): void {
  if (!encrypted) return;
  const type = (property: string) => {
    const builder = columns[property];
    return builder && builderState(builder).config.columnType;
  };
  for (const property of encrypted.columns) {
    if (type(property) !== 'PgText')
      throw invalid(name, `${property} is encrypted but no column of type text`);
    if (property === key) throw invalid(name, 'its key cannot be encrypted');
    const state = builderState(columns[property] as ColumnBuilders[string]).config;
    if (state.isUnique) throw invalid(name, `${property} is encrypted, so it cannot be unique`);
    if (state.hasDefault) throw invalid(name, `${property} is encrypted, so the database cannot fill it`);
  }
  const bare = encrypted.blindIndex?.find((property) => !encrypted.columns.includes(property));
  if (bare) throw invalid(name, `${bare} has a blind index but is not encrypted`);
  if (key in columns && !KEYS_OF_ENCRYPTED.has(type(key) ?? '')) {
    throw invalid(name, 'encrypted columns need a key of type uuid or text');
  }
}

function checkSearchable({ name, columns, traits: { searchable, encrypted } }: Draft): void {
  for (const property of [...(searchable?.text ?? []), ...(searchable?.semantic ?? [])]) {
    if (!(property in columns)) throw invalid(name, `searchable names ${property}, which is no column`);
    if (encrypted?.columns.includes(property as never)) {
      throw invalid(name, `${property} is encrypted, so it cannot be searchable`);
    }
  }
}

function invalid(name: string, what: string): AquiferError {
  const shown = String(name).slice(0, 48);
  return new AquiferError(
    'AQF_ENTITY_INVALID',
    `The entity ${JSON.stringify(shown)} is not valid: ${what}.`,
    {
      facts: { entity: shown },
    },
  );
}

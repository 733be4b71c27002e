export { columnsOf } from './build-table.js';
export type { ColumnBuilders } from './builders.js';
export { columnType, enumOf } from './ddl/column.js';
export { describeEntity, type EntityDescription, type FieldDescription } from './describe.js';
export * from './drizzle.js';
export { columnName, ensureEntities } from './ensure.js';
export {
  type AnyEntity,
  type CreateOf,
  Entity,
  type EntityDefinition,
  type EntityTable,
  type EntityTypes,
  entity,
  type KeyOf,
  type PatchOf,
  type Relations,
  type RowOf,
  withRelations,
} from './entity.js';
export { qualifiedName, quoteIdentifier } from './identifiers.js';
export { fromJsonFilter, fromJsonRow, keyOfText, toJsonRow } from './json-rows.js';
export {
  type BelongsTo,
  belongsTo,
  type HasMany,
  hasMany,
  type OnSoftDelete,
  type Relation,
} from './relations.js';
export { blindProperty, managedProperties } from './trait-columns.js';
export type { Traits } from './traits.js';

import type { AnyEntity } from './entity.js';

/** What a soft delete of the row that is referred to does to the rows that refer to it. */
export type OnSoftDelete = 'cascade' | 'restrict' | 'keep' | 'set null';

/** This entity's `field` holds the key of a row of the target. */
export interface BelongsTo<Target extends AnyEntity = AnyEntity, Field extends string = string> {
  readonly kind: 'belongsTo';
  readonly target: () => Target;
  readonly field: Field;
  readonly onSoftDelete: OnSoftDelete;
}

/** The target's `field` holds the key of a row of this entity. */
export interface HasMany<Target extends AnyEntity = AnyEntity> {
  readonly kind: 'hasMany';
  readonly target: () => Target;
  readonly field: string;
}

export type Relation = BelongsTo | HasMany;

/**
 * A reference to a row of the same tenant: the foreign key carries the tenant.
 * @param options.onSoftDelete `cascade`: deleted and restored together; `restrict`: refused while a row refers to it;
 *   `set null`: the reference is cleared; `keep`: nothing. A hard delete cascades, clears or is refused alike
 *   (`keep` refuses). Default `keep`.
 */
export function belongsTo<Target extends AnyEntity, const Field extends string>(
  target: () => Target,
  options: { readonly field: Field; readonly onSoftDelete?: OnSoftDelete },
): BelongsTo<Target, Field> {
  return {
    kind: 'belongsTo',
    target,
    field: options.field,
    onSoftDelete: options.onSoftDelete ?? 'keep',
  };
}

/** The other side of a `belongsTo`: the rows of the target whose `field` names a row of this entity. */
export function hasMany<Target extends AnyEntity>(
  target: () => Target,
  options: { readonly field: keyof Target['$infer']['row'] & string },
): HasMany<Target> {
  return { kind: 'hasMany', target, field: options.field };
}

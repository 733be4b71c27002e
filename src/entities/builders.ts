import type { PgColumnBuilderBase } from 'drizzle-orm/pg-core';

/** Columns as they are declared: Drizzle's builders by property. */
export type ColumnBuilders = Record<string, PgColumnBuilderBase>;

/** What a builder keeps; Drizzle declares it protected. */
interface BuilderState {
  readonly config: {
    readonly isUnique: boolean;
    readonly primaryKey: boolean;
    readonly notNull: boolean;
    readonly uniqueName: string | undefined;
    readonly uniqueType: string | undefined;
    readonly columnType: string;
    readonly hasDefault: boolean;
  };
  readonly foreignKeyConfigs?: readonly unknown[];
}

/** A key that one column declared of itself, to be declared again with the tenant. */
export interface OwnUnique {
  readonly property: string;
  readonly name: string | undefined;
  readonly nullsNotDistinct: boolean;
}

export function builderState(builder: PgColumnBuilderBase): BuilderState {
  return builder as unknown as BuilderState;
}

/** The builder without its own keys, which the table declares with the tenant. The one that was given stays as it is. */
export function withoutOwnKeys(builder: PgColumnBuilderBase): PgColumnBuilderBase {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(builder)), builder);
  copy.config = { ...builderState(builder).config, isUnique: false, primaryKey: false };
  return copy;
}

export function ownUniques(columns: ColumnBuilders): OwnUnique[] {
  return Object.entries(columns).flatMap(([property, builder]) => {
    const { isUnique, uniqueName: name, uniqueType } = builderState(builder).config;
    return isUnique ? [{ property, name, nullsNotDistinct: uniqueType === 'not distinct' }] : [];
  });
}

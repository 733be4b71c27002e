import { getTableColumns } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { type AnyEntity, describeEntity } from '../../entities/index.js';
import { AquiferError } from '../../errors/index.js';
import type { JsonObject, JsonValue } from '../../relational/index.js';
import { shownFields } from './shown-fields.js';

/** What stands for a value that is stored as ciphertext. */
const MASKED = '[encrypted]';

/** History has rows by the names of their columns; outside, they go by those of their properties. */
export class ColumnNames {
  readonly #entity: AnyEntity;
  readonly #properties: ReadonlyMap<string, string>;
  readonly #columns: ReadonlyMap<string, string>;
  readonly #hidden: ReadonlySet<string>;
  readonly #sealed: ReadonlySet<string>;

  constructor(entity: AnyEntity) {
    const columns = Object.entries(getTableColumns(entity.table) as Record<string, PgColumn>);
    const shown = new Set(shownFields(entity).map(({ name }) => name));
    this.#entity = entity;
    this.#properties = new Map(columns.map(([property, { name }]) => [name, property]));
    this.#columns = new Map(columns.map(([property, { name }]) => [property, name]));
    this.#hidden = new Set(columns.flatMap(([property, { name }]) => (shown.has(property) ? [] : [name])));
    this.#sealed = new Set(entity.traits.encrypted?.columns ?? []);
  }

  /** A row of history by its properties, without what is secret. */
  row(row: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(row).flatMap(([column, value]) => {
        if (this.#hidden.has(column)) return [];
        const property = this.property(column);
        return [[property, this.value(property, value)]];
      }),
    );
  }

  /** The properties of columns, without those that are not shown. */
  properties(columns: readonly string[]): string[] {
    return columns.filter((column) => !this.#hidden.has(column)).map((column) => this.property(column));
  }

  property(column: string): string {
    return this.#properties.get(column) ?? column;
  }

  value(property: string, value: JsonValue): JsonValue {
    return this.#sealed.has(property) && value !== null ? MASKED : value;
  }

  isShown(column: string): boolean {
    return !this.#hidden.has(column);
  }

  /** Fields that a branch is to have, by their columns. @throws AQF_FIELD_UNKNOWN for what it cannot have */
  written(fields: Readonly<Record<string, unknown>>): JsonObject {
    const { name, fields: known } = describeEntity(this.#entity);
    const writable = new Set(
      known.filter((field) => !field.generated && !field.encrypted).map((field) => field.name),
    );
    return Object.fromEntries(
      Object.entries(fields).map(([property, value]) => {
        if (writable.has(property)) return [this.column(property), value as JsonValue];
        throw new AquiferError(
          'AQF_FIELD_UNKNOWN',
          `A branch of ${name} cannot change ${JSON.stringify(property)}.`,
        );
      }),
    );
  }

  column(property: string): string {
    return this.#columns.get(property) ?? property;
  }
}

import { is } from 'drizzle-orm';
import {
  IndexBuilder,
  index,
  type PgColumn,
  type PgTableExtraConfigValue,
  UniqueConstraintBuilder,
} from 'drizzle-orm/pg-core';

/** What Drizzle keeps in its builders of keys and declares internal. */
interface Named {
  readonly name?: string;
}
interface IndexState {
  config: { readonly method: string; readonly columns: readonly Named[] };
}
interface UniqueState {
  columns: readonly Named[];
}

/**
 * Unique keys and B-trees with the tenant in front: a key then says nothing of another tenant's rows, and an index
 * serves what the policies ask for. Other indexes (GIN, HNSW) cannot carry it.
 */
export function tenantFirst(
  constraints: readonly PgTableExtraConfigValue[],
  tenant: PgColumn,
): readonly PgTableExtraConfigValue[] {
  for (const constraint of constraints) {
    if (is(constraint, IndexBuilder)) leadIndex(constraint as unknown as IndexState, tenant);
    if (is(constraint, UniqueConstraintBuilder)) leadUnique(constraint as unknown as UniqueState, tenant);
  }
  return constraints;
}

function leadIndex(builder: IndexState, tenant: PgColumn): void {
  const { config } = builder;
  if (config.method !== 'btree' || leads(config.columns, tenant)) return;
  const [first] = (index().on(tenant as never) as unknown as IndexState).config.columns;
  builder.config = { ...config, columns: [first as Named, ...config.columns] };
}

function leadUnique(builder: UniqueState, tenant: PgColumn): void {
  if (!leads(builder.columns, tenant)) builder.columns = [tenant, ...builder.columns];
}

function leads(columns: readonly Named[], tenant: PgColumn): boolean {
  return columns[0]?.name === tenant.name;
}

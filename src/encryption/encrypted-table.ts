import type { Queryable, Row } from '../relational/index.js';

/** A table with encrypted columns, as the catalogue of entities has it. Names are not quoted. */
export interface EncryptedTable {
  readonly schema: string;
  readonly name: string;
  readonly tenantColumn: string;
  /** The primary key without the tenant. */
  readonly keyColumns: readonly string[];
  readonly encrypted: readonly string[];
}

/** The tables that adopted encryption. */
export async function encryptedTables(queryable: Queryable): Promise<EncryptedTable[]> {
  const sql = `
    select n.nspname as schema, c.relname as name, e.tenant_column::text as "tenantColumn",
           array_to_json(e.key_columns) as "keyColumns", array_to_json(e.encrypted) as encrypted
    from aquifer.entities e join pg_class c on c.oid = e.table_name join pg_namespace n on n.oid = c.relnamespace
    where e.encrypted <> '{}' order by 1, 2`;
  return (await queryable.query<EncryptedTable & Row>(sql)).rows;
}

/** The table's part of a field's address. */
export function addressOf({ schema, name }: EncryptedTable): string {
  return `${schema}.${name}`;
}

export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

import { AquiferError } from '../errors/index.js';
import type { Queryable, Row } from '../relational/index.js';
import { type EncryptedTable, quoted } from './encrypted-table.js';
import { sealedPrefix } from './sealed-text.js';

/** A row with at least one value that an older version of the key encrypted, or none. */
export interface OutdatedRow {
  /** The key columns as PostgreSQL writes them. */
  readonly key: readonly string[];
  /** By position of the encrypted column; null where there is nothing to do. */
  readonly values: readonly (string | null)[];
}

export interface RewrittenRow extends OutdatedRow {
  readonly rewritten: readonly (string | null)[];
}

/** The statements that walk one table, with the types of its columns filled in. */
export interface TableWalk {
  /** Rows after `after` in the order of the key. */
  next(queryable: Queryable, after: readonly string[] | undefined, limit: number): Promise<OutdatedRow[]>;
  /** Returns how many rows were written: not those whose value changed since it was read. */
  write(queryable: Queryable, rows: readonly RewrittenRow[]): Promise<number>;
}

/** @throws AQF_ARGUMENT_INVALID when the table does not have these columns */
export async function tableWalk(
  queryable: Queryable,
  table: EncryptedTable,
  tenantId: string,
  version: number,
): Promise<TableWalk> {
  const types = await columnTypes(queryable, table);
  const typeOf = (column: string) => types.get(column) ?? refuse(table, column);
  const target = `${quoted(table.schema)}.${quoted(table.name)}`;
  const keys = table.keyColumns.map((name) => ({ name: quoted(name), type: typeOf(name) }));
  const columns = table.encrypted.map((name) => ({ name: quoted(name), type: typeOf(name) }));
  const tenant = `t.${quoted(table.tenantColumn)} = $1::text::${typeOf(table.tenantColumn)}`;
  const isOutdated = ({ name }: { name: string }) =>
    `(t.${name} is not null and not starts_with(t.${name}, $2::text))`;
  const keyList = keys.map(({ name }) => `t.${name}`).join(', ');
  const after = keys.map(({ type }, at) => `($4::jsonb ->> ${at})::${type}`).join(', ');

  const select = `
    select jsonb_build_array(${keys.map(({ name }) => `t.${name}::text`).join(', ')}) as key,
           jsonb_build_array(${columns.map((c) => `case when ${isOutdated(c)} then t.${c.name} end`).join(', ')}) as values
    from ${target} t
    where ${tenant} and (${columns.map(isOutdated).join(' or ')}) and ($4::jsonb is null or (${keyList}) > (${after}))
    order by ${keyList} limit $3::integer`;

  const changed = columns.map(({ name, type }, at) => {
    const fresh = `(r.value -> 'rewritten' ->> ${at})::${type}`;
    return `${name} = coalesce(${fresh}, t.${name})`;
  });
  const same = columns.map(({ name }, at) => {
    const old = `(r.value -> 'values' ->> ${at})`;
    return `(${old} is null or t.${name} = ${old})`;
  });
  const update = `
    update ${target} t set ${changed.join(', ')}
    from jsonb_array_elements($2::jsonb) as r (value)
    where ${tenant}
      and (${keyList}) = (${keys.map(({ type }, at) => `(r.value -> 'key' ->> ${at})::${type}`).join(', ')})
      and ${same.join(' and ')}`;

  return {
    async next(on, from, limit) {
      const values = [tenantId, sealedPrefix(version), limit, from ? JSON.stringify(from) : null];
      return (await on.query<OutdatedRow & Row>(select, values)).rows;
    },
    async write(on, rows) {
      return (await on.query(update, [tenantId, JSON.stringify(rows)])).affected;
    },
  };
}

/** Types as SQL writes them, which are names of the catalogue's own making. */
async function columnTypes(
  queryable: Queryable,
  { schema, name }: EncryptedTable,
): Promise<Map<string, string>> {
  const sql = `
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped`;
  const { rows } = await queryable.query<{ name: string; type: string }>(sql, [schema, name]);
  return new Map(rows.map((column) => [column.name, column.type]));
}

function refuse(table: EncryptedTable, column: string): never {
  const message = `The table ${table.schema}.${table.name} has no column ${column}.`;
  throw new AquiferError('AQF_ARGUMENT_INVALID', message, { facts: { table: table.name, column } });
}

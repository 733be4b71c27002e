import type { Queryable, Row } from '../relational/index.js';
import type { KeyContext, KeyPurpose } from './key-provider.js';

/** A row of aquifer.data_keys. */
export interface StoredKey extends Row {
  readonly purpose: KeyPurpose;
  readonly version: number;
  /** Null once destroyed. */
  readonly wrapped: Uint8Array | null;
  readonly provider: string;
  readonly writable: boolean;
  /** Whether a transaction made it that is over; a key of this transaction may still be rolled back. */
  readonly committed: boolean;
}

const READ_KEYS = `
  select purpose, version, wrapped, provider,
         destroyed_at is null and retired_at is null and active_from <= clock_timestamp() as writable,
         created_in is distinct from pg_current_xact_id_if_assigned() as committed
  from aquifer.data_keys where tenant_id = $1 order by purpose, version`;

export async function readKeys(queryable: Queryable, tenantId: string): Promise<StoredKey[]> {
  const statement = { name: 'aquifer_data_keys', text: READ_KEYS, values: [tenantId] };
  return (await queryable.query<StoredKey>(statement)).rows;
}

export async function isReadOnly(queryable: Queryable): Promise<boolean> {
  const sql = `select current_setting('transaction_read_only') = 'on' as "readOnly"`;
  return (await queryable.query<{ readOnly: boolean }>(sql)).rows[0]?.readOnly === true;
}

/** A key as it is stored first. */
export interface WrappedKey extends KeyContext {
  readonly wrapped: Uint8Array;
  readonly provider: string;
}

/**
 * Both keys in one statement, in one order: two transactions that make them at once wait for each other only one
 * way. The one that comes second stores nothing and reads what the first one made.
 */
export async function insertFirstKeys(queryable: Queryable, [a, b]: readonly [WrappedKey, WrappedKey]) {
  const sql = `
    insert into aquifer.data_keys (tenant_id, purpose, version, wrapped, provider)
    select $1::text, purpose, version, decode(wrapped, 'base64'), provider
    from (values ($2, $3::integer, $4, $5), ($6, $7::integer, $8, $9)) as made (purpose, version, wrapped, provider)
    where not exists (select from aquifer.data_keys where tenant_id = $1::text)
    on conflict do nothing`;
  await queryable.query(sql, [a.tenantId, ...valuesOf(a), ...valuesOf(b)]);
}

/** Written with from `leadMs` milliseconds after now. */
export async function insertNextKey(queryable: Queryable, key: WrappedKey, leadMs: number): Promise<Date> {
  const sql = `
    insert into aquifer.data_keys (tenant_id, purpose, version, wrapped, provider, active_from)
    values ($1, $2, $3::integer, decode($4, 'base64'), $5, clock_timestamp() + make_interval(secs => $6::double precision / 1000))
    returning active_from as "activeFrom"`;
  const values = [key.tenantId, ...valuesOf(key), leadMs];
  const { rows } = await queryable.query<{ activeFrom: Date }>(sql, values);
  return rows[0]?.activeFrom as Date;
}

/** Rotation, destruction and reopening of one tenant's keys happen one after the other. */
export async function lockKeys(queryable: Queryable, tenantId: string): Promise<void> {
  await queryable.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `aquifer:keys:${tenantId}`,
  ]);
}

/** Rows of destroyed keys where there are none, so that none can be made by the way afterwards. */
export async function insertDestroyedKeys(queryable: Queryable, tenantId: string, provider: string) {
  const sql = `
    insert into aquifer.data_keys (tenant_id, purpose, version, provider, destroyed_at)
    select $1::text, purpose, 1, $2::text, now() from (values ('data'), ('index')) as purposes (purpose)
    on conflict do nothing`;
  await queryable.query(sql, [tenantId, provider]);
}

export async function destroyKeys(queryable: Queryable, tenantId: string): Promise<number> {
  const sql = `
    update aquifer.data_keys set wrapped = null, destroyed_at = now()
    where tenant_id = $1 and destroyed_at is null`;
  return (await queryable.query(sql, [tenantId])).affected;
}

export async function retireKeysBefore(queryable: Queryable, tenantId: string, version: number) {
  const sql = `
    update aquifer.data_keys set retired_at = now()
    where tenant_id = $1 and purpose = 'data' and version < $2 and retired_at is null and destroyed_at is null
    returning version`;
  const { rows } = await queryable.query<{ version: number }>(sql, [tenantId, version]);
  return rows.map((row) => row.version).sort((a, b) => a - b);
}

export interface ForeignKey extends StoredKey {
  readonly tenantId: string;
}

/** Keys that another provider wrapped, of any tenant. */
export async function readKeysOf(queryable: Queryable, provider: string, limit: number) {
  const sql = `
    select tenant_id as "tenantId", purpose, version, wrapped, provider
    from aquifer.data_keys where provider = $1 and wrapped is not null
    order by tenant_id, purpose, version limit $2`;
  return (await queryable.query<ForeignKey>(sql, [provider, limit])).rows;
}

/** False when the key was destroyed or wrapped anew in between. */
export async function replaceWrapping(queryable: Queryable, old: ForeignKey, wrapped: WrappedKey) {
  const sql = `
    update aquifer.data_keys set wrapped = decode($4, 'base64'), provider = $5
    where tenant_id = $1 and purpose = $2 and version = $3::integer and provider = $6`;
  const values = [wrapped.tenantId, ...valuesOf(wrapped), old.provider];
  return (await queryable.query(sql, values)).affected === 1;
}

function valuesOf({ purpose, version, wrapped, provider }: WrappedKey): unknown[] {
  return [purpose, version, Buffer.from(wrapped).toString('base64'), provider];
}

/** The statements of the accounts room. */

const KEY = `
  id, name, roles, permissions, created_at as "createdAt", created_by as "createdBy", expires_at as "expiresAt",
  revoked_at as "revokedAt", last_used_at as "lastUsedAt", rotated_from as "rotatedFrom"`;
const OF_TENANT = 'tenant_id = (select aquifer.current_tenant())';

export const INSERT_KEY = `
  insert into aquifer.api_keys (id, name, hash, roles, permissions, expires_at, rotated_from)
  values ($1, $2, $3, $4, $5, $6, $7) returning ${KEY}`;

/** The newest first. */
export const LIST_KEYS = `select ${KEY} from aquifer.api_keys where ${OF_TENANT} order by created_at desc, id limit 1000`;

export const GET_KEY = `select ${KEY} from aquifer.api_keys where ${OF_TENANT} and id = $1`;

export const REVOKE_KEY = `
  update aquifer.api_keys set revoked_at = coalesce(revoked_at, now()) where ${OF_TENANT} and id = $1 returning ${KEY}`;

/** Brings the end nearer, never further away. $2 when */
export const END_KEY = `
  update aquifer.api_keys set expires_at = least(expires_at, $2) where ${OF_TENANT} and id = $1 returning ${KEY}`;

/** As the system: the tenant is not known before. */
export const FIND_KEY = `
  select k.tenant_id as "tenantId", k.hash, k.roles, k.permissions, k.expires_at as "expiresAt",
         k.revoked_at is not null or t.suspended_at is not null as ended
  from aquifer.api_keys k left join aquifer.tenants t on t.tenant_id = k.tenant_id
  where k.id = $1`;

export const KEY_USED = `
  update aquifer.api_keys set last_used_at = date_trunc('minute', now())
  where id = $1 and last_used_at is distinct from date_trunc('minute', now())`;

const TENANT = `t.tenant_id as id, t.name, t.created_at as "createdAt", t.suspended_at as "suspendedAt"`;

export const GET_TENANT = `select ${TENANT} from aquifer.tenants t where t.tenant_id = $1`;

export const LIST_TENANTS = `
  select ${TENANT} from aquifer.tenants t where $1::text is null or t.tenant_id > $1 order by t.tenant_id limit $2`;

export const INSERT_TENANT = `
  insert into aquifer.tenants as t (tenant_id, name) values ($1, $2) on conflict do nothing returning ${TENANT}`;

export const SUSPEND_TENANT = `
  update aquifer.tenants t set suspended_at = case when $2 then coalesce(suspended_at, now()) end
  where tenant_id = $1 returning ${TENANT}`;

export const SUSPENDED = 'select from aquifer.tenants where tenant_id = $1 and suspended_at is not null';

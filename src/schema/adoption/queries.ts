import { TENANT_LIKE } from '../tenant-column.js';

/**
 * Ordinary tables outside Aquifer with a tenant-like column, or one that an adopted table uses as such, that were
 * not adopted.
 */
export const UNADOPTED = `
  select c.oid::regclass::text as "table", min(a.attname) as tenant
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
    and n.nspname <> 'aquifer' and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
    and (a.attname ~* '${TENANT_LIKE}' or a.attname in (select tenant_column from aquifer.entities))
    and not exists (select from aquifer.entities e where e.table_name = c.oid)
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  group by c.oid order by 1`;

export const ADOPTED = `
  select e.table_name::oid::text as oid, e.table_name::text as "table", e.entity, e.tenant_column as tenant,
    exists (select from pg_class where oid = e.table_name) as "exists",
    e.soft_delete, e.retention::text as retention, e.audited, e.versioned, e.events, e.timestamps,
    to_jsonb(e.encrypted) as encrypted, e.searchable, e.keys
  from aquifer.entities e order by 2`;

/** As adoption itself does it: relations to tables that are gone would stand in its way. */
export const FORGET_GONE = `
  delete from aquifer.relations where child not in (select oid from pg_class) or parent not in (select oid from pg_class);
  delete from aquifer.entities where table_name not in (select oid from pg_class)`;

/** Columns of traits that are gone. */
export const LOST_COLUMNS = `
  select wanted.name as name
  from aquifer.entities e cross join lateral (values
    (e.tenant_column::text, true), ('deleted_at', e.soft_delete), ('deleted_by', e.soft_delete), ('revision', e.versioned or e.events),
    ('created_at', e.timestamps), ('updated_at', e.timestamps), ('created_by', e.timestamps), ('updated_by', e.timestamps),
    ('embedding_expired_at', e.searchable <> '{}')) as wanted (name, needed)
  where e.table_name = $1::oid and wanted.needed and not aquifer.has_column(e.table_name, wanted.name::name)`;

/**
 * What adoption would write is found by having it write on an empty copy of the columns, within a transaction
 * that is rolled back: the adopted table itself is only read, so nobody waits for the check.
 */
export const makeCopy = (table: string): string => `
  create temp table aquifer_expected (like ${table});
  insert into aquifer.entities (entity, table_name, tenant_column, key_columns, soft_delete, retention, audited, versioned, events,
    timestamps, encrypted, searchable, keys)
  select entity || ' (expected)', 'pg_temp.aquifer_expected', tenant_column, key_columns, soft_delete, retention, audited, versioned,
    events, timestamps, encrypted, searchable, keys
  from aquifer.entities where table_name = '${table.replaceAll("'", "''")}'::regclass;
  insert into aquifer.relations select child, child_columns, 'pg_temp.aquifer_expected', on_soft_delete
  from aquifer.relations where parent = '${table.replaceAll("'", "''")}'::regclass;
  call aquifer.write_policies('pg_temp.aquifer_expected');
  call aquifer.write_triggers('pg_temp.aquifer_expected');`;

const POLICIES_OF = (table: string) => `
  select polname as name, polpermissive as permissive, row(polpermissive, polcmd, polroles, pg_get_expr(polqual, polrelid),
    pg_get_expr(polwithcheck, polrelid))::text as shape
  from pg_policy where polrelid = ${table}`;

/** Functions that are written for one table are named by their prefix, so that copy and original compare. */
const TRIGGERS_OF = (table: string) => `
  select tgname as name, row(tgtype, tgenabled, tgattr::text, tgoldtable, tgnewtable, tgqual is null,
    coalesce((select prefix from unnest(array['touch', 'record', 'soft_delete']) as prefix
              where aquifer.trait_name(prefix, ${table}) = p.proname), p.proname))::text as shape
  from pg_trigger t join pg_proc p on p.oid = t.tgfoid
  where t.tgrelid = ${table} and not t.tgisinternal and t.tgname like 'aquifer\\_%'`;

const FUNCTIONS_OF = `
  select wanted.prefix, wanted.body, p.prosrc, p.prosecdef, p.proconfig, pg_get_userbyid(p.proowner) as owner
  from target cross join lateral (values
    ('touch', aquifer.touch_body(id)), ('record', aquifer.record_body(id)), ('soft_delete', aquifer.soft_delete_body(id))
  ) as wanted (prefix, body)
  join pg_proc p on p.pronamespace = 'aquifer'::regnamespace and p.proname = aquifer.trait_name(wanted.prefix, id)`;

/**
 * What differs between a table and what adoption would write: one row a problem. Policies that others added are
 * of kind `policy`, everything else is mended by adopting again. $1 is the oid of the table.
 */
export const DRIFT = `
  with target as (select $1::oid::regclass as id, e.* from aquifer.entities e where e.table_name = $1::oid),
  relation as (select c.* from pg_class c join target on c.oid = target.id),
  tenant as (select a.* from pg_attribute a join target on a.attrelid = target.id and a.attname = target.tenant_column),
  expected_policy as (${POLICIES_OF(`'pg_temp.aquifer_expected'::regclass`)}),
  actual_policy as (${POLICIES_OF('$1::oid')}),
  expected_trigger as (${TRIGGERS_OF(`'pg_temp.aquifer_expected'::regclass`)}),
  actual_trigger as (${TRIGGERS_OF('$1::oid')}),
  functions as (${FUNCTIONS_OF})
  select 'adoption' as kind, null::text as name, 'row-level security is off' as problem from relation where not relrowsecurity
  union all select 'adoption', null, 'row-level security is not forced for the owner of the table' from relation where not relforcerowsecurity
  union all select 'adoption', null, format('column %I accepts null', attname) from tenant where not attnotnull
  union all select 'adoption', null, format('column %I has another default than the tenant of the scope', attname) from tenant
    where not exists (select from pg_attrdef d where d.adrelid = tenant.attrelid and d.adnum = tenant.attnum
      and pg_get_expr(d.adbin, d.adrelid) like '%current_tenant()%')
  union all select 'adoption', null, format('policy %I is missing', e.name) from expected_policy e
    where not exists (select from actual_policy a where a.name = e.name)
  union all select 'adoption', null, format('policy %I was altered', e.name) from expected_policy e
    join actual_policy a using (name) where a.shape <> e.shape
  union all select 'policy', a.name::text, format('policy %I is not of the adoption and shows rows that it hides', a.name) from actual_policy a
    where a.permissive and not exists (select from expected_policy e where e.name = a.name)
  union all select 'adoption', null, format('trigger %I is missing', e.name) from expected_trigger e
    where not exists (select from actual_trigger a where a.name = e.name)
  union all select 'adoption', null, format('trigger %I was altered or disabled', e.name) from expected_trigger e
    join actual_trigger a using (name) where a.shape <> e.shape
  union all select 'adoption', null, format('trigger %I is not asked for', a.name) from actual_trigger a
    where not exists (select from expected_trigger e where e.name = a.name)
  union all select 'adoption', null, format('the trigger function of %s is not the one for the columns and traits of today', prefix)
    from functions where prosrc <> body
  union all select 'adoption', null, format('the trigger function of %s does not run as it should', prefix)
    from functions where not prosecdef or owner <> 'aquifer_system'
      or proconfig is distinct from array['search_path=pg_catalog, aquifer, pg_temp']
  union all select 'adoption', null, format('role %s may not %s', role, lower(privilege))
    from relation, unnest(array['aquifer_app', 'aquifer_system']) as role, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as privilege
    where not has_table_privilege(role, relation.oid, privilege)
  union all select 'adoption', null, format('column %I may hold plain text: its check is gone', secret)
    from target, unnest(target.encrypted) as secret
    where not exists (select from pg_constraint k where k.conrelid = target.id and k.conname = left('aquifer_encrypted_' || secret, 63))
  union all select 'adoption', null, format('key %I does not carry the tenant', key.key_name)
    from target cross join lateral aquifer.untenanted_unique_keys(target.id, target.tenant_column, target.keys = 'all') as key
    where target.keys <> 'none'
  union all select 'adoption', null, format('foreign key %I does not carry the tenant', key.key_name)
    from target cross join lateral aquifer.untenanted_foreign_keys(target.id) as key
  order by problem`;

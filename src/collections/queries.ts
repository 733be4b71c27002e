/** The statements of the collections room. The tenant is never a parameter: it comes from the scope. */

const SHOWN = `
  c.name, c.language, c.chunking, c.model, c.readers, c.writers,
  (extract(epoch from c.retention) / 86400)::float8 as "retentionDays",
  c.created_at as "createdAt", c.updated_at as "updatedAt",
  (select count(*)::integer from aquifer.documents d
   where d.tenant_id = c.tenant_id and d.collection_id = c.id) as documents`;

const MINE = `c.tenant_id = (select aquifer.current_tenant()) and c.kind = 'documents'`;

export const LIST = `select ${SHOWN} from aquifer.collections c where ${MINE} order by c.name`;

export const GET = `select ${SHOWN} from aquifer.collections c where ${MINE} and c.name = $1`;

/** $1 name, $2 language, $3 chunking, $4 model, $5 days, $6 readers, $7 writers */
export const CREATE = `
  insert into aquifer.collections (name, language, chunking, model, retention, readers, writers)
  values ($1, $2, $3::jsonb, $4, make_interval(secs => $5::float8 * 86400), $6::text[], $7::text[])
  on conflict do nothing returning id`;

/** $1 name, $2 the settings that change */
export const UPDATE = `
  update aquifer.collections c
  set language = coalesce($2::jsonb ->> 'language', c.language),
      chunking = coalesce($2::jsonb -> 'chunking', c.chunking),
      retention = case when $2::jsonb ? 'retentionDays'
        then make_interval(secs => ($2::jsonb ->> 'retentionDays')::float8 * 86400) else c.retention end,
      readers = case when $2::jsonb ? 'readers' then roles.readers else c.readers end,
      writers = case when $2::jsonb ? 'writers' then roles.writers else c.writers end,
      updated_at = now()
  from (
    select case jsonb_typeof($2::jsonb -> 'readers') when 'array'
             then array(select jsonb_array_elements_text($2::jsonb -> 'readers')) end as readers,
           case jsonb_typeof($2::jsonb -> 'writers') when 'array'
             then array(select jsonb_array_elements_text($2::jsonb -> 'writers')) end as writers
  ) roles
  where ${MINE} and c.name = $1
  returning c.id`;

export const DELETE = `delete from aquifer.collections c where ${MINE} and c.name = $1 returning c.id`;

/** The statements of followers. All run as the system role, and name their tenants. */

/**
 * By the id of an event of a document, the lists of roles of which one each is needed to hear of it: the readers of its
 * collection; where its own is gone, those of every collection that has readers, as the ledger has it. Passages of rows have
 * no readers, and where they are gone no row in the ledger either.
 */
const readersOf = (tenant: string, events: string) => `
  select e.id, case when k.id is null then closed.lists else jsonb_build_array(k.readers) end as lists
  from (
    select jsonb_agg(c.readers) as lists from aquifer.collections c where c.tenant_id = ${tenant} and c.readers is not null
  ) closed
  cross join lateral jsonb_to_recordset(case when closed.lists is not null then ${events} end)
    as e (id bigint, at timestamptz, entity text, "rowId" text, operation text)
  left join aquifer.changes c on c.tenant_id = (${tenant}) collate "C" and c.at = e.at and c.id = e.id
  cross join lateral (
    select case when c."row" is null and e.entity = 'aquifer.documents' then e."rowId"::uuid end as unlogged
  ) u
  left join aquifer.documents d on d.tenant_id = ${tenant} and d.id = u.unlogged
  left join aquifer.document_trash t on t.tenant_id = ${tenant} and t.id = u.unlogged
  left join aquifer.collections k
    on k.tenant_id = ${tenant} and k.id = coalesce((c."row" ->> 'collection_id')::integer, d.collection_id, t.collection_id)
  where e.entity = 'aquifer.documents'
    and (k.readers is not null or k.id is null and (c."row" is not null or e.operation = 'update'))`;

/** $1 tenants, $2 since or null, $3 the server of it, $4 most */
export const LOOK = {
  name: 'aq_live_look',
  text: `
    select l.until, l.here, l.lost, l.events, (
      select jsonb_object_agg(r.id, r.lists)
      from jsonb_each(l.events) told
      cross join lateral (${readersOf('told.key', "case when jsonb_typeof(told.value) = 'array' then told.value end")}) r
    ) as readers
    from aquifer.live_look($1::text[], $2::pg_snapshot, $3, $4::integer) l`,
};

/** $1 tenant, $2 since, $3 until, $4 and $5 turn and id to go on after, $6 server, $7 entities, $8 operations, $9 most */
export const PAGE = {
  name: 'aq_live_page',
  text: `
    select p.lost, p.events, (select jsonb_object_agg(r.id, r.lists) from (${readersOf('$1', 'p.events')}) r) as readers
    from aquifer.live_page($1, $2::pg_snapshot, $3::pg_snapshot, $4::bigint, $5::bigint, $6, $7::text[],
      $8::text[], $9::integer) p`,
};

/** $1 tenant, $2 since, $3 server, $4 entities */
export const LOST = {
  name: 'aq_live_lost',
  text: 'select aquifer.live_lost($1, $2::pg_snapshot, $3, $4::text[]) as lost',
};

/** $1 tenant, $2 since, $3 until, $4 size */
export const CUTS = {
  name: 'aq_live_cuts',
  text: 'select cut from aquifer.live_cuts($1, $2::pg_snapshot, $3::pg_snapshot, $4::integer) as cut',
};

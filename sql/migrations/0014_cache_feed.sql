-- What caches need to hear of the ledger: everything that changed since a position they keep themselves, beside the
-- values that the position speaks of.

-- Invalidations that no cache store has told, because it did not answer or there is none: they are told with the
-- changes. `origin` is the process that made them.
create table aquifer.cache_invalidations (
  id    bigint generated always as identity primary key,
  xid   xid8 not null default pg_current_xact_id(),
  at    timestamptz not null default clock_timestamp(),
  origin text not null,
  keys  text[] not null,
  marks text[] not null
);
create index cache_invalidations_xid on aquifer.cache_invalidations (xid);
grant select, insert, delete on aquifer.cache_invalidations to aquifer_system;

-- A position is a snapshot, the server whose transactions it counts, and when it was taken. A server that was promoted
-- counts on from where it was, which may be before what its predecessor had committed: its timeline is another.
create function aquifer.ledger_server() returns text
  language sql stable
  begin atomic
    select s.system_identifier || '.' || c.timeline_id from pg_control_system() s, pg_control_checkpoint() c;
  end;
revoke execute on function aquifer.ledger_server from public;
grant execute on function aquifer.ledger_server to aquifer_system;

-- What became visible since a position. `lost`: the position says nothing here, or what followed it may be pruned, and
-- anything may have changed. Of an entity with more than `most` changed rows in a tenant the rows are not named.
create function aquifer.ledger_delta(since text, most integer)
  returns table ("position" text, lost boolean, changes jsonb, invalidations jsonb)
  language plpgsql stable
  as $$
declare
  upto pg_snapshot := pg_current_snapshot();
  server text := aquifer.ledger_server();
  since_parts text[] := string_to_array(since, '@');
  place pg_snapshot;
begin
  "position" := concat_ws('@', upto, server, extract(epoch from clock_timestamp()));
  lost := since is null or cardinality(since_parts) <> 3 or since_parts[2] <> server
    or extract(epoch from clock_timestamp()) - since_parts[3]::numeric > 600
    or pg_snapshot_xmax(since_parts[1]::pg_snapshot) > pg_snapshot_xmax(upto);
  if lost then
    return next;
    return;
  end if;
  place := since_parts[1]::pg_snapshot;
  if place::text = upto::text then
    return next;
    return;
  end if;
  select jsonb_agg(jsonb_build_object('tenantId', g.tenant_id, 'entity', g.entity,
           'rows', case when g.amount <= most then g.rows end))
  into changes
  from (
    select n.tenant_id, n.entity, count(*) as amount,
           jsonb_agg(jsonb_build_array(n.row_id, n.revision)) filter (where n.place <= most) as rows
    from (
      select d.*, row_number() over (partition by d.tenant_id, d.entity) as place
      from (
        -- Revisions tell which change of a row is meant only while the row is there: a removal has that of the row
        -- before, and a row made anew begins at 1.
        select c.tenant_id, c.entity, c.row_id,
               case when bool_and(c.operation = 'update') then max(c.revision) end as revision
        from aquifer.changes_between(place, upto) c where c.event group by 1, 2, 3
      ) d
    ) n
    group by 1, 2
  ) g;
  select jsonb_agg(jsonb_build_object('origin', i.origin, 'keys', i.keys, 'marks', i.marks)) into invalidations
  from aquifer.cache_invalidations i
  where (i.xid >= pg_snapshot_xmax(place) or i.xid = any (array(select pg_snapshot_xip(place))))
    and i.xid < pg_snapshot_xmax(upto) and pg_visible_in_snapshot(i.xid, upto);
  return next;
end $$;
revoke execute on function aquifer.ledger_delta from public;
grant execute on function aquifer.ledger_delta to aquifer_system;

-- Keeps an invalidation for all caches of this database; forgets those that every position lies after.
create function aquifer.keep_invalidation(origin text, keys text[], marks text[]) returns void
  language sql volatile
  begin atomic
    delete from aquifer.cache_invalidations where at < clock_timestamp() - interval '15 minutes';
    insert into aquifer.cache_invalidations (origin, keys, marks)
    values (keep_invalidation.origin, keep_invalidation.keys, keep_invalidation.marks);
    select pg_notify('aquifer_changes', '');
  end;
revoke execute on function aquifer.keep_invalidation from public;
grant execute on function aquifer.keep_invalidation to aquifer_system;

-- Removes events that every subscriber has handled, that neither history nor audit needs, and that no cache that keeps
-- its own position can still ask for.
drop function aquifer.prune_changes(integer);
create function aquifer.prune_changes(at_most integer default 10000, kept interval default '15 minutes') returns bigint
  language plpgsql volatile
  as $$
declare
  pruned bigint;
begin
  with spent as (
    select tenant_id, at, id from aquifer.changes c
    where not c.audited and not c.versioned and c.xid < pg_snapshot_xmin(pg_current_snapshot())
      and c.at < clock_timestamp() - kept
      and not exists (select from aquifer.subscriptions s where not pg_visible_in_snapshot(c.xid, s.done))
    limit at_most
  ),
  removed as (
    delete from aquifer.changes c using spent
    where (c.tenant_id, c.at, c.id) = (spent.tenant_id, spent.at, spent.id) returning 1
  )
  select count(*) into pruned from removed;
  return pruned;
end $$;
revoke execute on function aquifer.prune_changes from public;
grant execute on function aquifer.prune_changes to aquifer_system;

-- Documents tell their changes, as entities with the trait do: what was found in them is cached under the tag of this
-- name. They are no adopted entity, whose columns and policies would change with adoption.
create function aquifer.record_documents() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
declare
  actor text := aquifer.current_actor();
begin
  if tg_op = 'DELETE' then
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    select tenant_id, 'aquifer.documents', id::text, 'delete', 'aquifer.documents.delete', actor, true, false, false
    from old_rows;
  else
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    select tenant_id, 'aquifer.documents', id::text, lower(tg_op), 'aquifer.documents.' || lower(tg_op), actor, true, false,
           false
    from new_rows;
  end if;
  if found then perform aquifer.hint_changes(); end if;
  return null;
end $$;
revoke execute on function aquifer.record_documents from public;
alter function aquifer.record_documents owner to aquifer_system;

create trigger documents_inserted after insert on aquifer.documents referencing new table as new_rows
  for each statement execute function aquifer.record_documents();
create trigger documents_updated after update on aquifer.documents referencing new table as new_rows
  for each statement execute function aquifer.record_documents();
create trigger documents_deleted after delete on aquifer.documents referencing old table as old_rows
  for each statement execute function aquifer.record_documents();

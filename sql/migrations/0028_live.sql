-- Followers of one tenant's changes, who keep their position themselves: what committed since a snapshot, transaction
-- after transaction, and an honest answer where that is not known any more.

-- Up to which transaction events of an entity were pruned: positions before it are lost to who follows that entity.
create table aquifer.pruned_changes (
  tenant_id aquifer.tenant_id not null,
  entity    text collate "C" not null,
  -- The server whose transactions are counted.
  server    text not null,
  until     xid8 not null,
  primary key (tenant_id, entity)
);
call aquifer.isolate('aquifer.pruned_changes');
revoke insert, update, delete on aquifer.pruned_changes from aquifer_app;

-- Removes events that every subscriber has handled, that neither history nor audit needs, and that no cache that keeps
-- its own position can still ask for; remembers how far, for followers.
create or replace function aquifer.prune_changes(at_most integer default 10000, kept interval default '15 minutes') returns bigint
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
    where (c.tenant_id, c.at, c.id) = (spent.tenant_id, spent.at, spent.id) returning c.tenant_id, c.entity, c.xid
  ),
  noted as (
    insert into aquifer.pruned_changes as p (tenant_id, entity, server, until)
    select r.tenant_id, r.entity, aquifer.ledger_server(), max(r.xid) from removed r group by 1, 2
    on conflict (tenant_id, entity) do update
      set server = excluded.server,
          until = case when p.server = excluded.server then greatest(p.until, excluded.until) else excluded.until end
  )
  select count(*) into pruned from removed;
  return pruned;
end $$;

-- The server and the database whose transactions a position counts.
create function aquifer.live_server() returns text
  language sql stable
  begin atomic
    select aquifer.ledger_server() || '.' || d.oid from pg_database d where d.datname = current_database();
  end;
revoke execute on function aquifer.live_server from public;
grant execute on function aquifer.live_server to aquifer_system;

-- Events of tenants between two snapshots. `turn` is the last change of the transaction: in the order of (turn, id) a
-- transaction stays together, and comes after those whose rows it waited for.
create function aquifer.live_events(tenants text[], since pg_snapshot, until pg_snapshot)
  returns table (tenant_id text, turn bigint, id bigint, entity text, row_id text, operation text, changed text[],
                 revision bigint, actor_id text, at timestamptz)
  language sql stable
  begin atomic
    select c.tenant_id, max(c.id) over (partition by c.tenant_id, c.xid), c.id, c.entity, c.row_id, c.operation, c.changed,
           c.revision, c.actor_id, c.at
    from aquifer.changes_between(since, until) c
    where c.event and c.tenant_id = any (tenants);
  end;
revoke execute on function aquifer.live_events from public;
grant execute on function aquifer.live_events to aquifer_system;

-- An event as followers are told it; `turn` is for their position.
create function aquifer.live_event(turn bigint, id bigint, entity text, row_id text, operation text, changed text[],
                                   revision bigint, actor_id text, at timestamptz) returns jsonb
  language sql stable
  return jsonb_build_object('turn', turn::text, 'id', id::text, 'entity', entity, 'rowId', row_id, 'operation', operation,
    'changed', to_jsonb(changed), 'revision', revision, 'actorId', actor_id, 'at', at);
revoke execute on function aquifer.live_event from public;
grant execute on function aquifer.live_event to aquifer_system;

-- What tenants did since a snapshot that was taken here: { tenant: [event] }, null in place of more than `most`.
-- Without a snapshot, only where that would begin.
create function aquifer.live_look(tenants text[], since pg_snapshot, server text, most integer)
  returns table (until text, here text, lost boolean, events jsonb)
  language plpgsql stable
  as $$
begin
  until := pg_current_snapshot();
  here := aquifer.live_server();
  lost := since is not null and server <> here;
  if since is not null and not lost and since::text <> until then
    select jsonb_object_agg(g.tenant_id, case when g.amount <= most then g.events end) into events
    from (
      select n.tenant_id, count(*) as amount,
             jsonb_agg(aquifer.live_event(n.turn, n.id, n.entity, n.row_id, n.operation, n.changed, n.revision, n.actor_id, n.at)
                       order by n.turn, n.id) filter (where n.place <= most) as events
      from (
        select e.*, row_number() over (partition by e.tenant_id) as place
        from aquifer.live_events(tenants, since, until::pg_snapshot) e
      ) n
      group by 1
    ) g;
  end if;
  return next;
end $$;
revoke execute on function aquifer.live_look from public;
grant execute on function aquifer.live_look to aquifer_system;

-- Whether what followed a position is not known any more: it counts the transactions of another server, lies further back
-- than anyone should read, or events of the tenant since then were pruned.
create function aquifer.live_lost(tenant text, since pg_snapshot, server text, entities text[]) returns boolean
  language sql stable
  begin atomic
    select server <> aquifer.live_server()
      or pg_snapshot_xmax(since) > pg_snapshot_xmax(pg_current_snapshot())
      or pg_snapshot_xmax(pg_current_snapshot())::text::numeric - pg_snapshot_xmax(since)::text::numeric > 10000000
      or exists (
        select from aquifer.pruned_changes p
        where p.tenant_id = tenant and (entities is null or p.entity = any (entities))
          and p.server = aquifer.ledger_server() and p.until >= pg_snapshot_xmin(since)
      );
  end;
revoke execute on function aquifer.live_lost from public;
grant execute on function aquifer.live_lost to aquifer_system;

-- Events of a tenant between two snapshots, from the change after (after_turn, after_id) on; at most so many.
create function aquifer.live_page(tenant text, since pg_snapshot, until pg_snapshot, after_turn bigint, after_id bigint,
                                  server text, entities text[], operations text[], most integer)
  returns table (lost boolean, events jsonb)
  language plpgsql stable
  as $$
begin
  lost := aquifer.live_lost(tenant, since, server, entities);
  if not lost then
    select jsonb_agg(aquifer.live_event(n.turn, n.id, n.entity, n.row_id, n.operation, n.changed, n.revision, n.actor_id, n.at)
                     order by n.turn, n.id) into events
    from (
      select e.* from aquifer.live_events(array[tenant], since, until) e
      where (e.turn, e.id) > (after_turn, after_id)
        and (entities is null or e.entity = any (entities)) and (operations is null or e.operation = any (operations))
      order by e.turn, e.id limit most
    ) n;
  end if;
  return next;
end $$;
revoke execute on function aquifer.live_page from public;
grant execute on function aquifer.live_page to aquifer_system;

-- Cuts what a tenant did between two snapshots into parts of about `size` events, between whole transactions: where to
-- cut, as snapshots. Each page of a long way back then costs what it holds, not the whole way.
create function aquifer.live_cuts(tenant text, since pg_snapshot, until pg_snapshot, size integer) returns setof text
  language sql stable
  begin atomic
    with transactions as (
      select c.xid, max(c.id) as turn, count(*) as amount
      from aquifer.changes_between(since, until) c where c.event and c.tenant_id = tenant group by 1
    ),
    placed as (
      select t.xid, dense_rank() over (order by t.place) as part
      from (select xid, div(sum(amount) over (order by turn) - amount, size) as place from transactions) t
    ),
    parts as (
      select part, max(max(xid)) over (order by part) as reached from placed group by part
    ),
    -- Those that had begun when a part before theirs ended.
    stragglers as (
      select s.xid, s.part from placed s join parts p on p.part = s.part - 1 where p.reached > s.xid
    )
    select case when cardinality(o.xids) = 0 then format('%s:%s:', x.xmax, x.xmax)
                else format('%s:%s:%s', o.xids[1], x.xmax, array_to_string(o.xids, ',')) end
    from parts p
    cross join lateral (
      select greatest(pg_snapshot_xmax(since)::text::numeric, p.reached::text::numeric + 1)::text::xid8 as xmax
    ) x
    cross join lateral (
      select array(
        select s.xid from stragglers s where s.part > p.part and s.xid < x.xmax
        union
        select xip from pg_snapshot_xip(until) xip where xip < x.xmax
        order by 1
      ) as xids
    ) o
    where p.part < (select max(part) from parts)
    order by p.part;
  end;
revoke execute on function aquifer.live_cuts from public;
grant execute on function aquifer.live_cuts to aquifer_system;

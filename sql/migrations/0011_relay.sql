-- The relay's memory: how far each subscriber got in the ledger.

create table aquifer.subscriptions (
  name       text primary key check (length(name) between 1 and 128),
  -- Everything visible in this snapshot was handled.
  done       pg_snapshot not null,
  -- The delta being handled: up to this snapshot, and within it up to this change; null between deltas.
  until      pg_snapshot,
  after_id   bigint not null default 0,
  handled    bigint not null default 0,
  updated_at timestamptz not null default clock_timestamp()
);
grant select, insert, update, delete on aquifer.subscriptions to aquifer_system;

-- Whether a position lies so far back that moving it saves more than the write costs.
create function aquifer.far_behind(place pg_snapshot, current pg_snapshot) returns boolean
  language sql immutable
  return pg_snapshot_xmax(current)::text::numeric - pg_snapshot_xmax(place)::text::numeric > 10000;

-- The next events of a subscriber in commit order; none when it has seen all. Begins a delta where none is open,
-- ends one that holds no more, and writes nothing while there is nothing to tell.
create function aquifer.next_changes(subscriber text, batch integer) returns setof aquifer.changes
  language plpgsql volatile
  as $$
declare
  place aquifer.subscriptions;
  upto pg_snapshot;
begin
  select * into strict place from aquifer.subscriptions s where s.name = subscriber;
  call aquifer.refuse_foreign_position(coalesce(place.until, place.done));
  if place.until is not null then
    return query
      select c.* from aquifer.changes_between(place.done, place.until) c
      where c.event and c.id > place.after_id order by c.id limit batch;
    if found then return; end if;
    update aquifer.subscriptions s set done = place.until, until = null, after_id = 0
    where s.name = subscriber and s.handled = place.handled;
    place.done := place.until;
  end if;
  upto := pg_current_snapshot();
  if exists (select from aquifer.changes_between(place.done, upto) c where c.event) then
    update aquifer.subscriptions s set until = upto, after_id = 0 where s.name = subscriber and s.handled = place.handled;
    return query
      select c.* from aquifer.changes_between(place.done, upto) c where c.event order by c.id limit batch;
  elsif aquifer.far_behind(place.done, upto) then
    update aquifer.subscriptions s set done = upto where s.name = subscriber and s.handled = place.handled;
  end if;
end $$;
revoke execute on function aquifer.next_changes from public;
grant execute on function aquifer.next_changes to aquifer_system;

-- Puts positions and the transactions of the ledger in terms of this server, after a backup of another was restored.
-- What some subscriber had not handled, or no seal covers, is told and sealed as if written now: twice to those who
-- had handled it, which at-least-once allows.
create procedure aquifer.settle_after_restore()
  language plpgsql
  as $$
declare
  place pg_snapshot := pg_current_snapshot();
  -- What was written here since has a later id, and a transaction that the old positions take for one long past.
  last_restored bigint;
begin
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'call this first in a transaction that has written nothing' using errcode = 'active_sql_transaction';
  end if;
  lock table aquifer.subscriptions, aquifer.audit_sealed, aquifer.changes in access exclusive mode;
  alter table aquifer.changes no force row level security;
  select max(id) into last_restored from aquifer.changes where xid >= pg_snapshot_xmax(place);
  update aquifer.changes c
  set xid = case
    when c.id > last_restored
      or exists (select from aquifer.subscriptions s where not pg_visible_in_snapshot(c.xid, s.done))
      or c.audited and not pg_visible_in_snapshot(c.xid, (select until from aquifer.audit_sealed)) then pg_current_xact_id()
    else '3' end;
  alter table aquifer.changes force row level security;
  update aquifer.subscriptions set done = place, until = null, after_id = 0;
  update aquifer.audit_sealed set until = place;
end $$;
revoke execute on procedure aquifer.settle_after_restore from public;

-- Moves a subscriber past what it handled. `expected` is how many it had handled before: false says that someone
-- else moved it meanwhile, so that a relay that lost its lock cannot move it back.
create function aquifer.changes_handled(subscriber text, expected bigint, last_id bigint, amount integer) returns boolean
  language sql volatile
  begin atomic
    update aquifer.subscriptions s
    set after_id = last_id, handled = s.handled + amount, updated_at = clock_timestamp()
    where s.name = subscriber and s.handled = expected
    returning true;
  end;
revoke execute on function aquifer.changes_handled from public;
grant execute on function aquifer.changes_handled to aquifer_system;

-- Events that wait for a subscriber, and how long the oldest has been waiting.
create function aquifer.subscription_lag(subscriber text) returns table (waiting bigint, oldest_at timestamptz)
  language sql stable
  begin atomic
    select count(c.id), min(c.at)
    from aquifer.subscriptions s
    left join lateral aquifer.changes_between(s.done, pg_current_snapshot()) c
      on c.event and not (s.until is not null and pg_visible_in_snapshot(c.xid, s.until) and c.id <= s.after_id)
    where s.name = subscriber;
  end;
revoke execute on function aquifer.subscription_lag from public;
grant execute on function aquifer.subscription_lag to aquifer_system;

-- Removes events that every subscriber has handled and that neither history nor audit needs.
create function aquifer.prune_changes(at_most integer default 10000) returns bigint
  language plpgsql volatile
  as $$
declare
  pruned bigint;
begin
  with spent as (
    select tenant_id, at, id from aquifer.changes c
    where not c.audited and not c.versioned and c.xid < pg_snapshot_xmin(pg_current_snapshot())
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

-- Removes soft-deleted rows whose retention is over, at most so many of each entity.
create function aquifer.purge_expired(at_most integer default 1000) returns table (entity text, purged bigint, problem text)
  language plpgsql volatile
  as $$
declare
  adopted record;
begin
  perform set_config('aquifer.flags', 'purge,deleted', true);
  -- A table may have been dropped since.
  for adopted in
    select e.* from aquifer.entities e join pg_class c on c.oid = e.table_name where e.retention is not null order by e.entity
  loop
    entity := adopted.entity;
    problem := null;
    begin
      execute format('delete from %s where ctid = any (array(select ctid from %s where deleted_at < now() - $1 limit $2))',
        adopted.table_name, adopted.table_name) using adopted.retention, at_most;
      get diagnostics purged = row_count;
    exception when foreign_key_violation then
      -- A living row still refers to one of them; the others wait with it, and an operator sees why.
      purged := 0;
      problem := sqlerrm;
    end;
    return next;
  end loop;
end $$;
revoke execute on function aquifer.purge_expired from public;
grant execute on function aquifer.purge_expired to aquifer_system;

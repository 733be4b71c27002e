-- loses: up to where events were pruned; followers that kept a position begin anew
drop function aquifer.live_cuts;
drop function aquifer.live_page;
drop function aquifer.live_lost;
drop function aquifer.live_look;
drop function aquifer.live_event;
drop function aquifer.live_events;
drop function aquifer.live_server;
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
    where (c.tenant_id, c.at, c.id) = (spent.tenant_id, spent.at, spent.id) returning 1
  )
  select count(*) into pruned from removed;
  return pruned;
end $$;
drop table aquifer.pruned_changes;

-- loses: invalidations of caches that no store had confirmed

drop trigger documents_inserted on aquifer.documents;
drop trigger documents_updated on aquifer.documents;
drop trigger documents_deleted on aquifer.documents;
drop function aquifer.record_documents;
drop function aquifer.prune_changes(integer, interval);
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
drop function aquifer.keep_invalidation;
drop function aquifer.ledger_delta;
drop function aquifer.ledger_server;
drop table aquifer.cache_invalidations;

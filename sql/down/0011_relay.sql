-- loses: how far each subscriber got. After a new migration every subscriber starts anew

drop routine aquifer.purge_expired, aquifer.prune_changes, aquifer.subscription_lag, aquifer.changes_handled,
  aquifer.settle_after_restore, aquifer.next_changes, aquifer.far_behind;
drop table aquifer.subscriptions;

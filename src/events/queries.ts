/** The statements of the relay. All run as the system role. */

export const ADD_SUBSCRIPTION = `
  insert into aquifer.subscriptions (name, done)
  values ($1, case when $2 then pg_current_snapshot() else '1:1:'::pg_snapshot end)
  on conflict (name) do nothing`;

export const REMOVE_SUBSCRIPTION = 'delete from aquifer.subscriptions where name = $1';

export const HANDLED_SO_FAR = 'select handled from aquifer.subscriptions where name = $1';

export const NEXT_CHANGES = `
  select id::text, tenant_id as "tenantId", entity, row_id as "rowId", operation, changed, revision::text,
         actor_id as "actorId", at, xid::text as "transactionId"
  from aquifer.next_changes($1, $2)`;

export const CHANGES_HANDLED = 'select aquifer.changes_handled($1, $2, $3, $4) as moved';

export const SUBSCRIPTION_LAG = `
  select waiting::integer as "waiting",
         coalesce(extract(epoch from clock_timestamp() - oldest_at) * 1000, 0)::float8 as "oldestMs"
  from aquifer.subscription_lag($1)`;

export const PRUNE_CHANGES = 'select aquifer.prune_changes($1, make_interval(mins => $2))::integer as pruned';

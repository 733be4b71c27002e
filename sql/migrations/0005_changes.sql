-- The ledger of changes. One row for every changed row of an adopted table, written by trigger in the
-- transaction of the change: it is the outbox event, the revision and the audit record in one, because they
-- say the same and a second copy would cost as much again. Which of the three a row serves is marked on it.

create sequence aquifer.change_ids;

create table aquifer.changes (
  -- Ascends in commit order for any one row, since it is drawn under that row's lock.
  id         bigint not null default nextval('aquifer.change_ids'),
  -- When the statement ran, not when its transaction began: ascends with the revisions of a row.
  at         timestamptz not null default clock_timestamp(),
  xid        xid8 not null default pg_current_xact_id(),
  -- What indexes compare is compared byte by byte: every write pays for it, and no one asks for the order of a language.
  tenant_id  text collate "C" not null,
  entity     text collate "C" not null,
  -- The key without the tenant: a single column as text, several as a JSON array.
  row_id     text collate "C" not null,
  -- 'log' is an entry that someone wrote explicitly (aquifer.audit_log).
  operation  text not null check (operation in ('insert', 'update', 'delete', 'restore', 'purge', 'log')),
  action     text not null,
  result     text not null default 'ok',
  revision   bigint,
  changed    text[],
  -- The old values of the changed columns.
  before     jsonb,
  -- The row after the change, of a removal the row as it was; null for entities that are events only.
  row        jsonb,
  actor_id   text,
  roles      text[],
  request    jsonb,
  event      boolean not null,
  audited    boolean not null,
  versioned  boolean not null,
  primary key (tenant_id, at, id)
) partition by range (at);

-- The row first: it tells entries apart at the first comparison, which every write pays for.
create index changes_of_row on aquifer.changes (row_id, tenant_id, entity, revision);
create index changes_of_transaction on aquifer.changes (xid);

-- Takes what no month was prepared for, so that a write never fails for want of a partition.
create table aquifer.changes_default partition of aquifer.changes default;

alter table aquifer.changes enable row level security;
alter table aquifer.changes force row level security;
alter table aquifer.changes_default enable row level security;
alter table aquifer.changes_default force row level security;

-- The application reads its tenant's rows and writes none: triggers do, as aquifer_system.
create policy tenant_isolation on aquifer.changes for select to aquifer_app
  using (tenant_id = (select aquifer.current_tenant()));
grant select on aquifer.changes to aquifer_app;

-- Even the system role cannot alter a row, nor remove one that history or audit needs.
create policy system_read on aquifer.changes for select to aquifer_system using (true);
create policy system_append on aquifer.changes for insert to aquifer_system with check (true);
create policy system_prune on aquifer.changes for delete to aquifer_system using (not audited and not versioned);
grant select, insert, delete on aquifer.changes to aquifer_system;
grant usage on sequence aquifer.change_ids to aquifer_system;

-- Trigger functions belong to it.
grant create on schema aquifer to aquifer_system;

-- Prepares the partition of a month. Rows of that month that the default partition took move over.
create procedure aquifer.prepare_month(month date)
  language plpgsql
  as $$
declare
  first date := date_trunc('month', month);
  next date := first + interval '1 month';
  partition text := 'changes_' || to_char(first, 'YYYYMM');
begin
  if to_regclass('aquifer.' || partition) is not null then return; end if;
  execute format('create table aquifer.%I (like aquifer.changes including defaults including constraints)', partition);
  execute format('alter table aquifer.%I enable row level security', partition);
  execute format('alter table aquifer.%I force row level security', partition);
  if exists (select from aquifer.changes_default where at >= first and at < next) then
    execute 'alter table aquifer.changes detach partition aquifer.changes_default';
    execute format('insert into aquifer.%I select * from aquifer.changes_default where at >= $1 and at < $2', partition)
      using first, next;
    delete from aquifer.changes_default where at >= first and at < next;
    execute format('alter table aquifer.changes attach partition aquifer.%I for values from (%L) to (%L)', partition, first, next);
    execute 'alter table aquifer.changes attach partition aquifer.changes_default default';
  else
    execute format('alter table aquifer.changes attach partition aquifer.%I for values from (%L) to (%L)', partition, first, next);
  end if;
end $$;

-- Prepares this month and the `ahead` that follow. Run by maintenance; safe to repeat.
create procedure aquifer.prepare_months(ahead integer default 3)
  language plpgsql
  as $$
begin
  for offset_months in 0..ahead loop
    call aquifer.prepare_month((now() + make_interval(months => offset_months))::date);
  end loop;
end $$;

call aquifer.prepare_months();

-- A snapshot as a position in commit order: what of the ledger became visible after `since` and up to `until`.
-- Transactions that were under way at `since` and have committed by now are found by their ids, so a slow
-- transaction is never skipped and never makes anyone wait.
create function aquifer.changes_between(since pg_snapshot, until pg_snapshot) returns setof aquifer.changes
  language sql stable
  begin atomic
    select c.* from aquifer.changes c
    where (c.xid >= pg_snapshot_xmax(since) or c.xid = any (array(select pg_snapshot_xip(since))))
      and c.xid < pg_snapshot_xmax(until) and pg_visible_in_snapshot(c.xid, until);
  end;
revoke execute on function aquifer.changes_between from public;
grant execute on function aquifer.changes_between to aquifer_system;

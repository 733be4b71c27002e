-- Audit: who changed what, for whom, from where. The records are those rows of the ledger that are marked; here
-- are the entries that someone writes explicitly, the view that masks, and the chain that shows tampering.

-- Encrypted columns of an entity are shown as being there, not with their ciphertext.
create function aquifer.masked(entity_name text, value jsonb) returns jsonb
  language sql stable
  begin atomic
    select case when value is null or not exists (select from aquifer.entities e where e.entity = entity_name and e.encrypted <> '{}')
      then value
      else (select jsonb_object_agg(item.key, case when item.key = any (e.encrypted) and item.value <> 'null' then '"[encrypted]"' else item.value end)
            from jsonb_each(value) as item, aquifer.entities e where e.entity = entity_name)
    end;
  end;

create view aquifer.audit with (security_invoker) as
  select id, at, tenant_id, entity, row_id, operation, action, result, revision, changed,
         aquifer.masked(entity, before) as before, aquifer.masked(entity, row) as row,
         actor_id, roles, request ->> 'requestId' as request_id, request ->> 'ip' as ip, request ->> 'userAgent' as user_agent,
         request -> 'details' as details
  from aquifer.changes where audited;
grant select on aquifer.audit to aquifer_app, aquifer_system;

-- An entry of one's own: a login, a read, a refusal. The tenant and the actor are those of the transaction.
create function aquifer.audit_log(action text, entity text default '', row_id text default '', result text default 'ok', details jsonb default null)
  returns bigint
  language sql volatile security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, result, actor_id, roles, request, event, audited, versioned)
    values (aquifer.current_tenant(), entity, row_id, 'log', action, result, aquifer.current_actor(), aquifer.current_roles(),
      nullif(coalesce(aquifer.current_request(), '{}') || jsonb_strip_nulls(jsonb_build_object('details', details)), '{}'),
      false, true, false)
    returning id
  $$;
alter function aquifer.audit_log owner to aquifer_system;
revoke execute on function aquifer.audit_log from public;
grant execute on function aquifer.audit_log to aquifer_app;

-- Work across tenants is recorded under a tenant of its own, which no scope can name.
create function aquifer.audit_system(reason text) returns bigint
  language sql volatile
  as $$
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    values ('*', '', '', 'log', 'system', 'system: ' || reason, false, true, false)
    returning id
  $$;
revoke execute on function aquifer.audit_system from public;
grant execute on function aquifer.audit_system to aquifer_system;

-- The chain. Records are sealed after their commit and in commit order, so that no writer waits for another: a
-- seal names the records it covers, the digest of each, and the digest of the seal before it (Crosby & Wallach,
-- "Efficient Data Structures for Tamper-Evident Logging", 2009; SQL Server's ledger closes its blocks the same
-- way). What was changed or removed after its seal is found by aquifer.verify_audit.
create table aquifer.audit_seals (
  tenant_id  text not null,
  seq        bigint not null,
  change_ids bigint[] not null,
  -- SHA-256 of each record, in the order of change_ids.
  digests    bytea[] not null,
  previous   bytea not null,
  -- SHA-256 of tenant, seq, previous, change_ids and digests.
  digest     bytea not null,
  sealed_at  timestamptz not null default clock_timestamp(),
  primary key (tenant_id, seq)
);
alter table aquifer.audit_seals enable row level security;
alter table aquifer.audit_seals force row level security;
create policy tenant_isolation on aquifer.audit_seals for select to aquifer_app
  using (tenant_id = (select aquifer.current_tenant()));
create policy system_read on aquifer.audit_seals for select to aquifer_system using (true);
create policy system_append on aquifer.audit_seals for insert to aquifer_system with check (true);
grant select on aquifer.audit_seals to aquifer_app;
grant select, insert on aquifer.audit_seals to aquifer_system;

-- How far sealing went: everything visible in this snapshot is sealed.
create table aquifer.audit_sealed (
  singleton boolean primary key default true check (singleton),
  until     pg_snapshot not null
);
insert into aquifer.audit_sealed (until) values ('1:1:');
grant select on aquifer.audit_sealed to aquifer_app;
grant select, update on aquifer.audit_sealed to aquifer_system;

-- Without the transaction: its number says nothing on another server, to which a backup is restored.
create function aquifer.record_digest(c aquifer.changes) returns bytea
  language sql stable
  set timezone = 'UTC'
  return sha256(convert_to(jsonb_build_array(c.id, c.at, c.tenant_id, c.entity, c.row_id, c.operation, c.action, c.result,
    c.revision, c.changed, c.before, c.row, c.actor_id, c.roles, c.request)::text, 'UTF8'));

create function aquifer.seal_digest(tenant text, seq bigint, previous bytea, change_ids bigint[], digests bytea[]) returns bytea
  language sql immutable
  return sha256(convert_to(jsonb_build_array(tenant, seq, encode(previous, 'hex'), change_ids)::text, 'UTF8')
    || decode(array_to_string(array(select encode(d, 'hex') from unnest(digests) as d), ''), 'hex'));

-- A position taken on this server never lies ahead of it. One of another server, whose backup was restored here,
-- may: until this one has counted as far, all that is written would pass for handled.
create procedure aquifer.refuse_foreign_position(place pg_snapshot)
  language plpgsql
  as $$
begin
  if pg_snapshot_xmax(place) > pg_snapshot_xmax(pg_current_snapshot()) then
    raise exception 'a position in the ledger is that of another server, whose backup was restored here'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run as the owner: call aquifer.settle_after_restore()';
  end if;
end $$;

-- Seals what was committed since the last time, at most 1,000 records a seal. Returns how many it sealed; to a
-- tenant, how many of its own.
create function aquifer.seal_audit() returns bigint
  language plpgsql security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
declare
  since pg_snapshot;
  upto pg_snapshot;
  batch record;
  last_seal aquifer.audit_seals;
  sealed bigint := 0;
  asking text := nullif(current_setting('aquifer.tenant_id', true), '');
begin
  select until into since from aquifer.audit_sealed for update;
  call aquifer.refuse_foreign_position(since);
  upto := pg_current_snapshot();
  for batch in
    select tenant_id, array_agg(id order by id) as ids, array_agg(digest order by id) as digests
    from (
      select c.tenant_id, c.id, aquifer.record_digest(c) as digest,
             (row_number() over (partition by c.tenant_id order by c.id) - 1) / 1000 as part
      from aquifer.changes_between(since, upto) c where c.audited
    ) as fresh
    group by tenant_id, part order by tenant_id, part
  loop
    select * into last_seal from aquifer.audit_seals s where s.tenant_id = batch.tenant_id order by seq desc limit 1;
    insert into aquifer.audit_seals (tenant_id, seq, change_ids, digests, previous, digest)
    values (batch.tenant_id, coalesce(last_seal.seq, 0) + 1, batch.ids, batch.digests, coalesce(last_seal.digest, ''),
      aquifer.seal_digest(batch.tenant_id, coalesce(last_seal.seq, 0) + 1, coalesce(last_seal.digest, ''), batch.ids, batch.digests));
    if batch.tenant_id = coalesce(asking, batch.tenant_id) then sealed := sealed + cardinality(batch.ids); end if;
  end loop;
  update aquifer.audit_sealed set until = upto;
  return sealed;
end $$;
alter function aquifer.seal_audit owner to aquifer_system;
revoke execute on function aquifer.seal_audit from public;
grant execute on function aquifer.seal_audit to aquifer_app, aquifer_system;

-- What is wrong with the audit of the current tenant; no row when all is well. An intact chain whose last seals
-- were cut off looks intact: keep the seq and digest of the last seal elsewhere and pass them as an anchor.
create function aquifer.verify_audit(anchor_seq bigint default null, anchor_digest bytea default null)
  returns table (problem text, seq bigint, change_id bigint)
  language sql stable
  begin atomic
    with seals as (
      select s.*, lag(s.digest, 1, ''::bytea) over (order by s.seq) as expected_previous,
             row_number() over (order by s.seq) as expected_seq
      from aquifer.audit_seals s where s.tenant_id = (select aquifer.current_tenant())
    ),
    sealed as (
      select s.seq, item.id, item.digest, c.id as found, aquifer.record_digest(c) as actual
      from seals s cross join lateral unnest(s.change_ids, s.digests) as item (id, digest)
      left join aquifer.changes c on c.tenant_id = (select aquifer.current_tenant()) and c.id = item.id and c.audited
    )
    select 'a seal is missing before this one', seals.seq, null::bigint from seals where seals.seq <> expected_seq or previous <> expected_previous
    union all
    select 'the seal was altered', seals.seq, null from seals
    where seals.digest <> aquifer.seal_digest(seals.tenant_id, seals.seq, previous, change_ids, digests)
    union all
    select case when sealed.found is null then 'the record is missing' else 'the record was altered' end, sealed.seq, sealed.id
    from sealed where sealed.found is null or sealed.actual <> sealed.digest
    union all
    select 'the record was never sealed', null, c.id
    from aquifer.changes c, aquifer.audit_sealed w
    where c.tenant_id = (select aquifer.current_tenant()) and c.audited and pg_visible_in_snapshot(c.xid, w.until)
      and not exists (select from sealed where sealed.id = c.id)
    union all
    select 'the chain no longer holds the anchor', anchor_seq, null
    where anchor_seq is not null
      and not exists (select from seals where seals.seq = anchor_seq and seals.digest = anchor_digest);
  end;
grant execute on function aquifer.verify_audit to aquifer_app;

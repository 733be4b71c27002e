-- The shared tier of caches that have no Redis. Names are opaque here and carry their tenants, so only aquifer_system
-- comes near. Nothing of it is written to the log of the server: a crash empties all of these tables together, and a
-- standby that takes over finds them empty. That is coherent, since marks and positions are lost with the values.

create unlogged table aquifer.cache_entries (
  name            text collate "C" primary key,
  value           bytea,
  expires_at      timestamptz,
  -- Who may fill it, and until when.
  holder          text,
  lease_ends_at   timestamptz,
  -- What a holder failed with.
  failed_holder   text,
  failure         bytea,
  failure_ends_at timestamptz,
  -- When nothing of the row counts any more.
  forget_at       timestamptz not null
);
-- Values come compressed where that pays.
alter table aquifer.cache_entries alter column value set storage external;
create index cache_entries_to_forget on aquifer.cache_entries (forget_at);

create unlogged table aquifer.cache_marks (
  name       text collate "C" primary key,
  token      uuid not null default gen_random_uuid(),
  -- Later than that of any value that carries it.
  expires_at timestamptz not null default clock_timestamp() + interval '32 days'
);
create index cache_marks_to_forget on aquifer.cache_marks (expires_at);

create unlogged table aquifer.cache_log (
  store text collate "C" not null,
  -- Contiguous, and ascending in commit order.
  n     bigint not null,
  at    timestamptz not null default clock_timestamp(),
  -- JSON that none but its readers parse: the database refuses some of the characters that names may have.
  entry text not null,
  primary key (store, n)
);

create unlogged table aquifer.cache_stores (
  store        text collate "C" primary key,
  -- Another one after a crash, when the numbers of the log begin anew.
  epoch        uuid not null default gen_random_uuid(),
  feed_token   text,
  feed_ends_at timestamptz,
  position     text
);

grant select, insert, update, delete
  on aquifer.cache_entries, aquifer.cache_marks, aquifer.cache_log, aquifer.cache_stores to aquifer_system;

create function aquifer.cache_end(ttl_ms double precision) returns timestamptz
  language sql volatile
  return clock_timestamp() + ttl_ms * interval '1 millisecond';

-- Whoever locks several rows locks the feed, marks, entries and the log in this order, and each by name, so that
-- nobody waits in a circle.

-- Numbers are given one transaction after the other: it waits for the commit of the one before, which flushes
-- nothing to disk here, and which NOTIFY would make it wait for anyway.
create function aquifer.cache_append(store_name text, log_entry text) returns void
  language plpgsql volatile
  as $$
declare
  next bigint;
begin
  perform pg_advisory_xact_lock(hashtext('aquifer.cache_log'), hashtext(store_name));
  select coalesce(max(l.n), 0) + 1 into next from aquifer.cache_log l where l.store = store_name;
  insert into aquifer.cache_log (store, n, entry) values (store_name, next, log_entry);
  if next % 64 = 0 then
    delete from aquifer.cache_log l where l.store = store_name and l.at < clock_timestamp() - interval '1 minute';
  end if;
  perform pg_notify('aquifer_cache', '');
end $$;

-- Makes marks that do not exist, and keeps those in use from expiring.
create function aquifer.cache_make_marks(names text[]) returns void
  language plpgsql volatile
  as $$
begin
  if exists (
    select from unnest(names) as asked (name)
    left join aquifer.cache_marks m on m.name = asked.name and m.expires_at > clock_timestamp() + interval '31 days'
    where m.name is null
  ) then
    insert into aquifer.cache_marks as m (name)
    select distinct asked.name collate "C" from unnest(names) as asked (name) order by 1
    on conflict (name) do update
    set token = case when m.expires_at > clock_timestamp() then m.token else excluded.token end,
        expires_at = excluded.expires_at
    where m.expires_at <= clock_timestamp() + interval '31 days';
  end if;
end $$;

-- For each key, by its place in `names`: who holds it now, what is stored, and what the holder `seen` failed with.
-- For each mark, by its place in `marks`: its token.
create function aquifer.cache_lease(names text[], seen text[], marks text[], lease_token text, ttl_ms double precision)
  returns table (place integer, holder text, value bytea, failure bytea, mark text)
  language plpgsql volatile
  as $$
#variable_conflict use_column
declare
  open integer[] := array(select generate_subscripts(names, 1));
  answered integer[];
begin
  perform aquifer.cache_make_marks(marks);
  return query
    select asked.place::integer, null, null::bytea, null::bytea, m.token::text
    from unnest(marks) with ordinality as asked (name, place) join aquifer.cache_marks m using (name);
  -- What refuses a lease may be gone when it is looked at; then the key is asked for again.
  while cardinality(open) > 0 loop
    -- `seen` goes in as what a row is compared with; a row that it makes has no failure to go with it.
    insert into aquifer.cache_entries as e (name, holder, lease_ends_at, forget_at, failed_holder)
    select distinct on (names[p] collate "C") names[p], lease_token, aquifer.cache_end(ttl_ms), aquifer.cache_end(ttl_ms), seen[p]
    from unnest(open) as p order by names[p] collate "C"
    on conflict (name) do update
    set holder = excluded.holder, lease_ends_at = excluded.lease_ends_at, forget_at = greatest(e.forget_at, excluded.forget_at)
    where (e.lease_ends_at is null or e.lease_ends_at <= clock_timestamp())
      and (e.failed_holder = excluded.failed_holder and e.failure_ends_at > clock_timestamp()) is not true;
    answered := array[]::integer[];
    for place, holder, value, failure in
      select p, case when state.failed then null else e.holder end,
             case when e.expires_at > clock_timestamp() then e.value end, case when state.failed then e.failure end
      from unnest(open) as p
      join aquifer.cache_entries e on e.name = names[p]
      cross join lateral (select (e.failed_holder = seen[p] and e.failure_ends_at > clock_timestamp()) is true as failed) as state
      where state.failed or e.holder = lease_token or e.lease_ends_at > clock_timestamp()
    loop
      answered := answered || place;
      return next;
    end loop;
    open := array(select p from unnest(open) as p where p <> all (answered));
  end loop;
end $$;

create function aquifer.cache_renew(names text[], lease_token text, ttl_ms double precision) returns void
  language plpgsql volatile
  as $$
begin
  with locked as (
    select e.name from aquifer.cache_entries e
    where e.name = any (names) and e.holder = lease_token and e.lease_ends_at > clock_timestamp()
    order by e.name for update
  )
  update aquifer.cache_entries e
  set lease_ends_at = aquifer.cache_end(ttl_ms), forget_at = greatest(e.forget_at, aquifer.cache_end(ttl_ms))
  from locked where e.name = locked.name;
end $$;

-- The names that were stored. Values are parts of `body`, which goes over the wire as it is.
create function aquifer.cache_fill(names text[], body bytea, starts integer[], lengths integer[], ttls double precision[], lease_token text)
  returns setof text
  language plpgsql volatile
  as $$
begin
  return query
    with locked as (
      select e.name from aquifer.cache_entries e
      where e.name = any (names) and e.holder = lease_token and e.lease_ends_at > clock_timestamp()
      order by e.name for update
    )
    update aquifer.cache_entries e
    set value = substring(body from filled.start for filled.length),
        expires_at = aquifer.cache_end(filled.ttl_ms), forget_at = aquifer.cache_end(filled.ttl_ms),
        holder = null, lease_ends_at = null, failed_holder = null, failure = null, failure_ends_at = null
    from locked join unnest(names, starts, lengths, ttls) as filled (name, start, length, ttl_ms) on filled.name = locked.name
    where e.name = locked.name
    returning e.name;
end $$;

create function aquifer.cache_release(names text[], lease_token text, failed_with bytea) returns void
  language plpgsql volatile
  as $$
begin
  with locked as (
    select e.name from aquifer.cache_entries e
    where e.name = any (names) and e.holder = lease_token and e.lease_ends_at > clock_timestamp()
    order by e.name for update
  )
  update aquifer.cache_entries e
  set holder = null, lease_ends_at = null, failed_holder = lease_token, failure = failed_with,
      failure_ends_at = case when failed_with is not null then clock_timestamp() + interval '5 seconds' end,
      forget_at = greatest(e.expires_at, clock_timestamp() + interval '5 seconds')
  from locked where e.name = locked.name;
end $$;

create function aquifer.cache_write(
  store_name text, names text[], body bytea, starts integer[], lengths integer[], ttls double precision[], log_entry text
) returns void
  language plpgsql volatile
  as $$
begin
  insert into aquifer.cache_entries (name, value, expires_at, forget_at)
  select distinct on (written.name collate "C")
    written.name, substring(body from written.start for written.length), aquifer.cache_end(ttl_ms), aquifer.cache_end(ttl_ms)
  from unnest(names, starts, lengths, ttls) with ordinality as written (name, start, length, ttl_ms, place)
  order by written.name collate "C", place desc
  on conflict (name) do update
  set value = excluded.value, expires_at = excluded.expires_at, forget_at = excluded.forget_at,
      holder = null, lease_ends_at = null, failed_holder = null, failure = null, failure_ends_at = null;
  perform aquifer.cache_append(store_name, log_entry);
end $$;

create function aquifer.cache_invalidate(store_name text, names text[], marks text[], log_entry text) returns void
  language plpgsql volatile
  as $$
begin
  with locked as (
    select m.name from aquifer.cache_marks m where m.name = any (marks) order by m.name for update
  )
  update aquifer.cache_marks m set token = gen_random_uuid() from locked where m.name = locked.name;
  -- A row that comes in after this has begun is of a lease, or a write, from after what is invalidated.
  with locked as (
    select e.name from aquifer.cache_entries e where e.name = any (names) order by e.name for update
  )
  delete from aquifer.cache_entries e using locked where e.name = locked.name;
  perform aquifer.cache_append(store_name, log_entry);
end $$;

-- The last position fed, for the one whose turn it is from now on.
create function aquifer.cache_begin_feed(store_name text, turn text, ttl_ms double precision) returns text
  language sql volatile
  begin atomic
    insert into aquifer.cache_stores as s (store, feed_token, feed_ends_at)
    values (store_name, turn, aquifer.cache_end(ttl_ms))
    on conflict (store) do update set feed_token = excluded.feed_token, feed_ends_at = aquifer.cache_end(ttl_ms)
    returning s.position;
  end;

create function aquifer.cache_feed(store_name text, turn text, reached text, names text[], marks text[], log_entry text)
  returns boolean
  language plpgsql volatile
  as $$
begin
  update aquifer.cache_stores s set position = reached
  where s.store = store_name and s.feed_token = turn and s.feed_ends_at > clock_timestamp();
  if not found then return false; end if;
  perform aquifer.cache_invalidate(store_name, names, marks, log_entry);
  return true;
end $$;

-- Where the log stands: what is appended from now on has higher numbers.
create function aquifer.cache_follow(store_name text) returns table (epoch uuid, n bigint)
  language plpgsql volatile
  as $$
begin
  insert into aquifer.cache_stores (store) values (store_name) on conflict (store) do nothing;
  return query
    select s.epoch, (select coalesce(max(l.n), 0) from aquifer.cache_log l where l.store = store_name)
    from aquifer.cache_stores s where s.store = store_name;
end $$;

-- Each statement is planned once a connection, which is most of its cost, and for tables of any size: these grow from
-- nothing faster than their statistics are renewed.
do $$
declare
  routine regprocedure;
begin
  for routine in
    select oid from pg_proc where pronamespace = 'aquifer'::regnamespace and starts_with(proname, 'cache_') and prolang <> (select oid from pg_language where lanname = 'sql')
  loop
    execute format('alter function %s set plan_cache_mode = force_generic_plan set enable_seqscan = off', routine);
  end loop;
  for routine in
    select oid from pg_proc where pronamespace = 'aquifer'::regnamespace and starts_with(proname, 'cache_')
  loop
    execute format('revoke execute on function %s from public', routine);
    execute format('grant execute on function %s to aquifer_system', routine);
  end loop;
end $$;

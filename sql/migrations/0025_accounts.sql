-- Who may reach a tenant's data from outside: tenants that were named, and their API keys.

-- A tenant needs no row to exist: it does as soon as a scope writes for it. The row says what operators call it.
create table aquifer.tenants (
  tenant_id    aquifer.tenant_id primary key,
  name         text not null check (length(name) between 1 and 200),
  created_at   timestamptz not null default now(),
  -- From then on no credential of it is taken.
  suspended_at timestamptz
);
call aquifer.isolate('aquifer.tenants');
revoke insert, update, delete on aquifer.tenants from aquifer_app;

create table aquifer.api_keys (
  tenant_id    aquifer.tenant_id not null default aquifer.current_tenant(),
  -- The part of the key that is no secret: it finds the row.
  id           text collate "C" not null check (id ~ '^[0-9A-Za-z]{12}$'),
  name         text not null check (length(name) between 1 and 200),
  -- SHA-256 of the whole key.
  hash         bytea not null check (octet_length(hash) = 32),
  roles        text[] not null default '{}',
  -- `entity:action`, besides what the roles may do.
  permissions  text[] not null default '{}',
  created_at   timestamptz not null default now(),
  created_by   text default aquifer.current_actor(),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  -- To the minute.
  last_used_at timestamptz,
  -- The key that this one took the place of.
  rotated_from text,
  primary key (tenant_id, id)
);
call aquifer.isolate('aquifer.api_keys');

-- A key is found before its tenant is known.
create unique index api_keys_by_id on aquifer.api_keys (id);

-- Keys end and are never removed: what they did is in the audit under their id.
revoke update, delete, select on aquifer.api_keys from aquifer_app;
grant select (tenant_id, id, name, roles, permissions, created_at, created_by, expires_at, revoked_at, last_used_at,
              rotated_from) on aquifer.api_keys to aquifer_app;
grant update (name, expires_at, revoked_at) on aquifer.api_keys to aquifer_app;
revoke delete on aquifer.api_keys from aquifer_system;

-- Answers to writes that a client may repeat. The first to come holds the key until its lease is over.
create table aquifer.idempotency_keys (
  tenant_id   aquifer.tenant_id not null default aquifer.current_tenant(),
  key         text not null check (length(key) between 1 and 255),
  -- SHA-256 of who asked what: the same key for something else is an error of the client.
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  -- Null while the first is at it.
  status      integer,
  headers     jsonb,
  body        text,
  held_until  timestamptz not null,
  created_at  timestamptz not null default now(),
  primary key (tenant_id, key)
);
call aquifer.isolate('aquifer.idempotency_keys');
create index idempotency_keys_by_age on aquifer.idempotency_keys (created_at);

-- Token buckets of rate limits, where no Redis keeps them. What is lost in a crash is forgiven.
create unlogged table aquifer.rate_buckets (
  name       text collate "C" primary key,
  tokens     double precision not null,
  updated_at timestamptz not null
);
alter table aquifer.rate_buckets enable row level security;
alter table aquifer.rate_buckets force row level security;
create policy system_keeps on aquifer.rate_buckets to aquifer_system using (true) with check (true);
grant select, insert, update, delete on aquifer.rate_buckets to aquifer_system;

-- Takes `cost` tokens from each bucket, or from none. Seconds to wait until there are enough; 0 when they were taken.
-- Each bucket: { name, capacity, perSecond }.
create function aquifer.take_tokens(buckets jsonb, cost double precision)
  returns table (name text, remaining double precision, wait double precision)
  language plpgsql volatile
  as $$
#variable_conflict use_column
declare
  moment timestamptz := clock_timestamp();
  lacking double precision;
begin
  -- In the order of their names, so that two takers never wait for each other.
  insert into aquifer.rate_buckets (name, tokens, updated_at)
  select b.name, b.capacity, moment
  from jsonb_to_recordset(buckets) as b (name text, capacity double precision) order by b.name
  on conflict (name) do update set updated_at = rate_buckets.updated_at;

  update aquifer.rate_buckets r
  set tokens = least(b.capacity, r.tokens + greatest(0, extract(epoch from moment - r.updated_at)) * b."perSecond"),
      updated_at = greatest(r.updated_at, moment)
  from jsonb_to_recordset(buckets) as b (name text, capacity double precision, "perSecond" double precision)
  where r.name = b.name;

  select max((cost - r.tokens) / b."perSecond") into lacking
  from aquifer.rate_buckets r
  join jsonb_to_recordset(buckets) as b (name text, "perSecond" double precision) on r.name = b.name;

  return query
    update aquifer.rate_buckets r set tokens = r.tokens - case when lacking <= 0 then cost else 0 end
    from jsonb_to_recordset(buckets) as b (name text)
    where r.name = b.name
    returning r.name, r.tokens, greatest(0, lacking);
end $$;
revoke execute on function aquifer.take_tokens(jsonb, double precision) from public;
grant execute on function aquifer.take_tokens(jsonb, double precision) to aquifer_system;

-- Data keys of tenants, wrapped by a key provider. The database never holds one that it could use.

create table aquifer.data_keys (
  tenant_id    aquifer.tenant_id not null default aquifer.current_tenant(),
  -- `data` encrypts values, `index` makes the blind indexes that equality search uses.
  purpose      text not null check (purpose in ('data', 'index')),
  version      integer not null check (version between 1 and 999999999),
  -- Null once destroyed: what was encrypted with it is then gone.
  wrapped      bytea check (octet_length(wrapped) between 32 and 8192),
  -- Who can unwrap it: a key provider's id.
  provider     text not null check (length(provider) between 1 and 2048),
  created_at   timestamptz not null default now(),
  -- A key that its own transaction sees may still be rolled back, and must not be remembered beyond it.
  created_in   xid8 not null default pg_current_xact_id(),
  -- Written with from then on: by then every process has read it, so that none meets a version it lacks.
  active_from  timestamptz not null default now(),
  -- No row needs it any more but for history and audit. It can still be read with.
  retired_at   timestamptz,
  destroyed_at timestamptz,
  primary key (tenant_id, purpose, version),
  check ((wrapped is null) = (destroyed_at is not null))
);
call aquifer.isolate('aquifer.data_keys');

-- Tenants make keys; changing one is work of the system role. No role removes a row: a tenant whose rows are
-- gone would silently get a new key.
revoke update, delete on aquifer.data_keys from aquifer_app;
revoke delete on aquifer.data_keys from aquifer_system;

create function aquifer.keep_data_key() returns trigger
  language plpgsql
  as $$
begin
  if old.destroyed_at is not null then
    raise exception 'a destroyed key cannot be changed' using errcode = 'restrict_violation';
  end if;
  if (new.tenant_id, new.purpose, new.version) is distinct from (old.tenant_id, old.purpose, old.version) then
    raise exception 'a key belongs to its tenant, purpose and version' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create trigger keep_data_key before update on aquifer.data_keys
  for each row execute function aquifer.keep_data_key();

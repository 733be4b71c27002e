-- The ground every tenant table stands on: the role that queries run under, and the tenant they run for.

create extension if not exists vector;
create extension if not exists citext;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- Roles belong to the whole server: another database may have made this one already, or be making it now.
do $$
begin
  create role aquifer_app nologin nosuperuser nobypassrls nocreatedb nocreaterole;
exception when duplicate_object or unique_violation then null;
end $$;

do $$
begin
  if not pg_has_role(current_user, 'aquifer_app', 'member') then
    execute format('grant aquifer_app to %I', current_user);
  end if;
end $$;

grant usage on schema aquifer to aquifer_app;

create function aquifer.missing_scope() returns text
  language plpgsql stable
  as $$
begin
  raise exception 'no tenant is set for this transaction'
    using errcode = 'AQ001', hint = 'Set aquifer.tenant_id transaction-locally before touching tenant data.';
end $$;

-- Fails closed: without a tenant every policy raises, it does not merely hide rows.
create function aquifer.current_tenant() returns text
  language sql stable
  return coalesce(nullif(current_setting('aquifer.tenant_id', true), ''), aquifer.missing_scope());

create function aquifer.current_actor() returns text
  language sql stable
  return nullif(current_setting('aquifer.actor_id', true), '');

-- Makes a table a tenant table: row-level security on, forced for its owner too, one policy, rights for
-- the application role. The table must have a column `tenant_id` that leads its primary key.
create procedure aquifer.isolate(target regclass)
  language plpgsql
  as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant_isolation on %s using (tenant_id = (select aquifer.current_tenant())) '
    'with check (tenant_id = (select aquifer.current_tenant()))', target);
  execute format('grant select, insert, update, delete on %s to aquifer_app', target);
end $$;

-- A tenant id as it may appear in a row: what the TypeScript scope accepts (src/tenancy).
create domain aquifer.tenant_id as text
  constraint tenant_id_length check (length(value) between 1 and 128);

-- Work across tenants, and what a scope tells about its request.

-- The role of work that crosses tenants: relay, retention, key rotation. Like aquifer_app it cannot bypass
-- row-level security; a policy of its own on every tenant table lets it through.
do $$
begin
  create role aquifer_system nologin nosuperuser nobypassrls nocreatedb nocreaterole;
exception when duplicate_object or unique_violation then null;
end $$;

-- The owner may become it, but does not have its rights while being itself: a forgotten context still raises.
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant aquifer_system to %I with inherit false, set true', current_user);
  end if;
end $$;

grant usage on schema aquifer to aquifer_system;

create function aquifer.current_roles() returns text[]
  language sql stable
  return string_to_array(nullif(current_setting('aquifer.roles', true), ''), ',');

-- { "requestId", "ip", "userAgent" } of the request that is served, or null.
create function aquifer.current_request() returns jsonb
  language sql stable
  return nullif(current_setting('aquifer.request', true), '')::jsonb;

-- Whether the context raised a flag: 'deleted' shows soft-deleted rows, 'purge' makes DELETE final.
create function aquifer.flagged(flag text) returns boolean
  language sql stable
  return flag = any (string_to_array(current_setting('aquifer.flags', true), ','));

create or replace procedure aquifer.isolate(target regclass)
  language plpgsql
  as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant_isolation on %s to aquifer_app using (tenant_id = (select aquifer.current_tenant())) '
    'with check (tenant_id = (select aquifer.current_tenant()))', target);
  execute format('grant select, insert, update, delete on %s to aquifer_app', target);
  execute format('create policy system_access on %s to aquifer_system using (true) with check (true)', target);
  execute format('grant select, insert, update, delete on %s to aquifer_system', target);
end $$;

-- The tables that were isolated before.
do $$
declare
  isolated regclass;
begin
  for isolated in
    select polrelid::regclass from pg_policy
    where polname = 'tenant_isolation' and polrelid::regclass::text like 'aquifer.%'
  loop
    execute format('create policy system_access on %s to aquifer_system using (true) with check (true)', isolated);
    execute format('grant select, insert, update, delete on %s to aquifer_system', isolated);
  end loop;
end $$;

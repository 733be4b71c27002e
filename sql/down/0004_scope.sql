-- loses nothing

do $$
declare
  isolated regclass;
begin
  for isolated in select polrelid from pg_policy where polname = 'system_access' and polrelid::regclass::text like 'aquifer.%' loop
    execute format('drop policy system_access on %s', isolated);
    execute format('revoke all on %s from aquifer_system', isolated);
  end loop;
end $$;

-- As 0001 has it.
create or replace procedure aquifer.isolate(target regclass)
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

drop routine aquifer.flagged, aquifer.current_request, aquifer.current_roles;

-- The role stays: it belongs to the whole server, and another database may use it.
revoke usage on schema aquifer from aquifer_system;

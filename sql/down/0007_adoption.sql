-- loses nothing

do $$
begin
  if exists (select from aquifer.entities) then
    raise exception 'adopted tables would lose their isolation: %', (select string_agg(table_name::text, ', ') from aquifer.entities)
      using errcode = 'AQ003', hint = 'Release each with select aquifer.release(…) first.';
  end if;
end $$;

drop routine aquifer.release, aquifer.relate, aquifer.adopt, aquifer.free_entity_name, aquifer.prepare_tenant_column,
  aquifer.write_encryption_checks, aquifer.write_triggers, aquifer.drop_triggers, aquifer.refuse_truncate,
  aquifer.soft_delete_body, aquifer.relation_actions, aquifer.hint_changes, aquifer.record_body, aquifer.touch_body,
  aquifer.write_trait_function, aquifer.grant_use, aquifer.drop_policies, aquifer.refuse_wider_policies, aquifer.write_policies;

-- What stays may be called by everyone again, as before.
grant execute on routine aquifer.isolate, aquifer.prepare_month, aquifer.prepare_months, aquifer.put_tenant_into_keys,
  aquifer.restore_keys to public;

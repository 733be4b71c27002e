-- What adoption writes for one table: policies, triggers and the functions behind them. The functions are
-- written for the table at hand, with its columns named, because a statement that is planned once costs a
-- fraction of one that is built from the catalogue each time.

create procedure aquifer.write_policies(target regclass)
  language plpgsql
  as $$
declare
  adopted aquifer.entities;
  own text;
  visible text;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  own := format('%I = %s', adopted.tenant_column, aquifer.tenant_expression(target, adopted.tenant_column));
  visible := own || case when adopted.soft_delete
    then ' and (deleted_at is null or (select aquifer.flagged(''deleted'')))' else '' end;
  call aquifer.drop_policies(target);
  call aquifer.refuse_wider_policies(target);
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant_isolation on %s to aquifer_app using (%s) with check (%s)', target, visible, own);
  execute format('create policy system_access on %s to aquifer_system using (true) with check (true)', target);
end $$;

-- Permissive policies add up: one that the table brought along would show what tenant_isolation hides.
create procedure aquifer.refuse_wider_policies(target regclass)
  language plpgsql
  as $$
declare
  wider name := (select polname from pg_policy
    where polrelid = target and polpermissive
      and exists (select from unnest(polroles) as held (role)
                  where role = 0 or pg_has_role('aquifer_app', role, 'usage')) limit 1);
begin
  if wider is not null then
    raise exception 'the policy % of % holds for the application too, and shows it rows of every tenant that it lets through', wider, target
      using errcode = 'AQ003', hint = 'Drop it, make it restrictive, or state other roles for it.';
  end if;
end $$;

create procedure aquifer.drop_policies(target regclass)
  language plpgsql
  as $$
begin
  execute format('drop policy if exists tenant_isolation on %s', target);
  execute format('drop policy if exists system_access on %s', target);
end $$;

create procedure aquifer.grant_use(target regclass)
  language plpgsql
  as $$
declare
  sequence regclass;
begin
  execute format('grant usage on schema %s to aquifer_app, aquifer_system',
    (select relnamespace::regnamespace from pg_class where oid = target));
  execute format('grant select, insert, update, delete on %s to aquifer_app, aquifer_system', target);
  for sequence in
    select d.objid::regclass from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
    where d.refobjid = target and d.deptype in ('a', 'i')
  loop
    execute format('grant usage on sequence %s to aquifer_app, aquifer_system', sequence);
  end loop;
end $$;

-- Runs as aquifer_system, whatever the writer may do; names resolve as they did when it was written.
create procedure aquifer.write_trait_function(function_name text, body text)
  language plpgsql
  as $$
begin
  execute format(
    'create or replace function aquifer.%I() returns trigger language plpgsql security definer '
    'set search_path = pg_catalog, aquifer, pg_temp as %L', function_name, body);
  execute format('alter function aquifer.%I() owner to aquifer_system', function_name);
  execute format('revoke execute on function aquifer.%I() from public', function_name);
end $$;

-- Before an update: what a writer may not change, and what every update changes.
create function aquifer.touch_body(target regclass) returns text
  language plpgsql stable
  as $$
declare
  adopted aquifer.entities;
  body text := 'begin';
  searched text[];
  as_text text := '%s.%I::text';
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  body := body || format(E'\n  if not (%s) then\n    raise exception ''the tenant and the key of a row in %% do not change'', %L using errcode = ''AQ002'';\n  end if;',
    aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'new', 'old'), adopted.entity);
  if adopted.versioned or adopted.events then
    body := body || E'\n  new.revision := old.revision + 1;';
  end if;
  if adopted.timestamps then
    body := body || E'\n  new.created_at := old.created_at;\n  new.created_by := old.created_by;'
                 || E'\n  new.updated_at := clock_timestamp();\n  new.updated_by := aquifer.current_actor();';
  end if;
  if adopted.soft_delete then
    -- now() means this moment: rows deleted one after the other in one transaction are told apart, so that a
    -- restore brings back those that went with the row, and no others.
    body := body || E'\n  if new.deleted_at = now() then new.deleted_at := clock_timestamp(); end if;'
                 || E'\n  if new.deleted_at is null then new.deleted_by := null;'
                 || E'\n  elsif old.deleted_at is null then new.deleted_by := aquifer.current_actor(); end if;';
  end if;
  searched := array(select distinct jsonb_array_elements_text(value) from jsonb_each(adopted.searchable));
  if cardinality(searched) > 0 then
    body := body || format(E'\n  if (%s) is distinct from (%s) then new.embedding_expired_at := clock_timestamp(); end if;',
      (select string_agg(format(as_text, 'old', c), ', ') from unnest(searched) as c),
      (select string_agg(format(as_text, 'new', c), ', ') from unnest(searched) as c));
  end if;
  return body || E'\n  return new;\nend';
end $$;

-- After a statement: one row a changed row in the ledger, a hint to the relay, and what relations ask for.
create function aquifer.record_body(target regclass) returns text
  language plpgsql stable
  as $$
declare
  adopted aquifer.entities;
  keeps_rows boolean;
  insert_into text;
  facts text;
  revision text;
  operation text;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  keeps_rows := adopted.audited or adopted.versioned;
  insert_into := 'insert into aquifer.changes (at, tenant_id, entity, row_id, operation, action, revision, changed, before, row, '
    'actor_id, roles, request, event, audited, versioned)';
  facts := format('actor, actor_roles, request, %L, %L, %L', adopted.events, adopted.audited, adopted.versioned);
  revision := case when adopted.versioned or adopted.events then '%s.revision' else 'null' end;
  operation := case when adopted.soft_delete
    then 'case when o.deleted_at is null and n.deleted_at is not null then ''delete'' '
         'when o.deleted_at is not null and n.deleted_at is null then ''restore'' else ''update'' end'
    else '''update''' end;
  -- n.* is the row even where a column is called n, and a column called like a variable is not meant.
  return format($body$
#variable_conflict use_variable
declare
  moment timestamptz := clock_timestamp();
  actor text := aquifer.current_actor();
  actor_roles text[] := aquifer.current_roles();
  request jsonb := aquifer.current_request();
begin
  if tg_op = 'INSERT' then
    %s
    select moment, n.%I::text, %L, %s, 'insert', %L, %s, null, null, %s, %s from new_rows n;
  elsif tg_op = 'UPDATE' then
    %s
    select moment, n.%I::text, %L, %s, what.op, %L || what.op, %s, difference.columns, %s, %s, %s
    from new_rows n join old_rows o on %s
    cross join lateral (select %s as op, to_jsonb(o.*) as old_row, to_jsonb(n.*) as new_row offset 0) as what
    cross join lateral (%s) as difference;%s
  else
    %s
    select moment, o.%I::text, %L, %s, %L, %L, %s, null, null, %s, %s from old_rows o;
  end if;%s
  return null;
end$body$,
    insert_into, adopted.tenant_column, adopted.entity, aquifer.row_id_expression(adopted.key_columns, 'n'), adopted.entity || '.insert',
    format(revision, 'n'), case when keeps_rows then 'to_jsonb(n.*)' else 'null::jsonb' end, facts,
    insert_into, adopted.tenant_column, adopted.entity, aquifer.row_id_expression(adopted.key_columns, 'n'), adopted.entity || '.',
    format(revision, 'n'),
    case when keeps_rows then 'difference.old_values' else 'null::jsonb' end,
    case when keeps_rows then 'what.new_row' else 'null::jsonb' end, facts,
    aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'n', 'o'),
    operation, aquifer.difference_expression('what.old_row', 'what.new_row'), aquifer.relation_actions(target),
    insert_into, adopted.tenant_column, adopted.entity, aquifer.row_id_expression(adopted.key_columns, 'o'),
    case when adopted.soft_delete then 'purge' else 'delete' end,
    adopted.entity || case when adopted.soft_delete then '.purge' else '.delete' end,
    format(revision, 'o'), case when keeps_rows then 'to_jsonb(o.*)' else 'null::jsonb' end, facts,
    case when adopted.events then E'\n  perform aquifer.hint_changes();' else '' end);
end $$;

-- NOTIFY serialises the commits of all that use it. One open transaction at a time hints; the changes of the
-- others are found with that hint, or by the relay's next look.
create function aquifer.hint_changes() returns void
  language plpgsql
  as $$
begin
  if pg_try_advisory_xact_lock(x'61717568'::integer) then
    perform pg_notify('aquifer_changes', '');
  end if;
end $$;

-- Soft delete through relations: part of the recording function of the parent.
create function aquifer.relation_actions(target regclass) returns text
  language plpgsql stable
  as $$
declare
  adopted aquifer.entities;
  relation record;
  actions text := '';
  refers text;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  if not adopted.soft_delete then return ''; end if;
  for relation in
    select r.*, e.tenant_column, e.soft_delete from aquifer.relations r
    join aquifer.entities e on e.table_name = r.child
    where r.parent = target and r.on_soft_delete <> 'keep' order by r.child, r.child_columns
  loop
    refers := format('from new_rows n join old_rows o on %s where %s = n.%I and (%s) = (%s)',
      aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'n', 'o'),
      format('c.%I', relation.tenant_column), adopted.tenant_column,
      aquifer.column_list(relation.child_columns, 'c.'), aquifer.column_list(adopted.key_columns, 'n.'));
    actions := actions || case relation.on_soft_delete
      when 'cascade' then format(E'
    update %1$s c set deleted_at = n.deleted_at %2$s and o.deleted_at is null and n.deleted_at is not null and c.deleted_at is null;
    update %1$s c set deleted_at = null %2$s and n.deleted_at is null and c.deleted_at = o.deleted_at;', relation.child, refers)
      when 'set null' then format(E'
    update %s c set (%s) = row(%s) %s and o.deleted_at is null and n.deleted_at is not null;', relation.child,
        aquifer.column_list(relation.child_columns), (select string_agg('null', ', ') from unnest(relation.child_columns)), refers)
      else format(E'
    if exists (select from %s c cross join lateral (select 1 %s and o.deleted_at is null and n.deleted_at is not null%s) as referred) then
      raise exception ''a row of %% is still referred to by %%'', %L, %L using errcode = ''foreign_key_violation'', table = %L;
    end if;', relation.child, refers, case when relation.soft_delete then ' and c.deleted_at is null' else '' end,
        adopted.entity, relation.child::text, relation.child::text)
    end;
  end loop;
  if actions = '' then return ''; end if;
  -- A statement that changes no row has triggers too: without the question a relation to itself would never end.
  return format(E'
    if exists (select from new_rows n join old_rows o on %s where (n.deleted_at is null) <> (o.deleted_at is null)) then%s
    end if;', aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'n', 'o'), actions);
end $$;

-- DELETE marks the row. It removes it when the context says purge, or when it is the cascade of a foreign key,
-- whose parent row is gone already.
create function aquifer.soft_delete_body(target regclass) returns text
  language plpgsql stable
  as $$
declare
  adopted aquifer.entities;
  parents_gone text;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  select string_agg(format(' or (%s) is not null and not exists (select from %s p where (%s) = (%s))',
      aquifer.column_list(aquifer.column_names(conrelid, conkey), 'old.'), confrelid::regclass,
      aquifer.column_list(aquifer.column_names(confrelid, confkey), 'p.'),
      aquifer.column_list(aquifer.column_names(conrelid, conkey), 'old.')), '')
    into parents_gone
  from pg_constraint where conrelid = target and contype = 'f' and confdeltype = 'c';
  return format(E'begin
  if aquifer.flagged(''purge'')%s then return old; end if;
  update %s as t set deleted_at = clock_timestamp() where %s and t.deleted_at is null;
  return null;
end', coalesce(parents_gone, ''), target, aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 't', 'old'));
end $$;

create function aquifer.refuse_truncate() returns trigger
  language plpgsql
  as $$
begin
  raise exception 'TRUNCATE would pass by tenants, history and audit of %', tg_table_name
    using errcode = 'AQ002', hint = 'Delete the rows, or release the table first.';
end $$;

create procedure aquifer.drop_triggers(target regclass)
  language plpgsql
  as $$
declare
  trigger_name name;
  prefix text;
begin
  for trigger_name in select tgname from pg_trigger where tgrelid = target and tgname like 'aquifer\_%' and not tgisinternal loop
    execute format('drop trigger %I on %s', trigger_name, target);
  end loop;
  foreach prefix in array array['touch', 'record', 'soft_delete'] loop
    execute format('drop function if exists aquifer.%I()', aquifer.trait_name(prefix, target));
  end loop;
end $$;

create procedure aquifer.write_triggers(target regclass)
  language plpgsql
  as $$
declare
  adopted aquifer.entities;
  records text := aquifer.trait_name('record', target);
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  call aquifer.drop_triggers(target);
  call aquifer.write_trait_function(aquifer.trait_name('touch', target), aquifer.touch_body(target));
  execute format('create trigger aquifer_touch before update on %s for each row execute function aquifer.%I()',
    target, aquifer.trait_name('touch', target));
  execute format('create trigger aquifer_truncate before truncate on %s execute function aquifer.refuse_truncate()', target);
  if adopted.soft_delete then
    call aquifer.write_trait_function(aquifer.trait_name('soft_delete', target), aquifer.soft_delete_body(target));
    execute format('create trigger aquifer_soft_delete before delete on %s for each row execute function aquifer.%I()',
      target, aquifer.trait_name('soft_delete', target));
  end if;
  if adopted.audited or adopted.versioned or adopted.events or aquifer.relation_actions(target) <> '' then
    call aquifer.write_trait_function(records, aquifer.record_body(target));
    execute format('create trigger aquifer_inserted after insert on %s referencing new table as new_rows '
      'for each statement execute function aquifer.%I()', target, records);
    execute format('create trigger aquifer_updated after update on %s referencing old table as old_rows new table as new_rows '
      'for each statement execute function aquifer.%I()', target, records);
    execute format('create trigger aquifer_deleted after delete on %s referencing old table as old_rows '
      'for each statement execute function aquifer.%I()', target, records);
  end if;
end $$;

-- Encrypted columns hold ciphertext or nothing, whoever writes. Not valid at first: what an adopted table
-- holds already is encrypted by re-encryption, which then validates.
create procedure aquifer.write_encryption_checks(target regclass)
  language plpgsql
  as $$
declare
  checked name;
begin
  for checked in select conname from pg_constraint where conrelid = target and conname like 'aquifer\_encrypted\_%' loop
    execute format('alter table %s drop constraint %I', target, checked);
  end loop;
  for checked in select unnest(encrypted) from aquifer.entities where table_name = target loop
    execute format('alter table %s add constraint %I check (%I is null or starts_with(%I, ''aqe1.'')) not valid',
      target, left('aquifer_encrypted_' || checked, 63), checked, checked);
  end loop;
end $$;

-- The name it has, else that of the table, with its schema where another table took that.
create function aquifer.free_entity_name(target regclass) returns text
  language sql stable
  return coalesce(
    (select entity from aquifer.entities where table_name = target),
    (select case when exists (select from aquifer.entities where entity = c.relname)
                 then n.nspname || '.' || c.relname else c.relname end
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target));

-- Adopts traits for a table. States the whole set: what is not asked for is off. Safe to repeat.
--   keys  'all' puts the tenant into the primary key and every unique key, 'unique' leaves the primary key
--         as it is (for an ORM that knows it), 'none' leaves all
create function aquifer.adopt(
  target      regclass,
  entity      text default null,
  tenant      name default 'tenant_id',
  soft_delete boolean default false,
  retention   interval default null,
  audited     boolean default false,
  versioned   boolean default false,
  events      boolean default false,
  timestamps  boolean default false,
  encrypted   name[] default '{}',
  searchable  jsonb default '{}',
  keys        text default 'all'
) returns void
  language plpgsql
  set search_path = pg_catalog, aquifer, pg_temp
  set client_min_messages = warning
  as $$
#variable_conflict use_variable
declare
  unknown text;
begin
  perform pg_advisory_xact_lock(hashtextextended('aquifer.adopt', 0));
  delete from aquifer.entities as gone where not exists (select from pg_class where oid = gone.table_name);
  delete from aquifer.relations as gone
  where not exists (select from pg_class where oid = gone.child) or not exists (select from pg_class where oid = gone.parent);
  if (select relkind from pg_class where oid = target) not in ('r', 'p') then
    raise exception '% is not a table', target using errcode = 'AQ003';
  end if;
  if keys not in ('all', 'unique', 'none') then
    raise exception 'keys is ''%'', allowed: all, unique, none', keys using errcode = 'AQ003';
  end if;
  if retention is not null and not soft_delete then
    raise exception 'retention is how long soft-deleted rows are kept; it needs soft_delete' using errcode = 'AQ003';
  end if;
  if aquifer.key_columns_of(target) is null then
    raise exception '% has no primary key', target using errcode = 'AQ003', hint = 'Give it one; history and events name rows by it.';
  end if;
  select string_agg(wanted, ', ') into unknown
  from (select unnest(encrypted) as wanted union select jsonb_array_elements_text(value) from jsonb_each(searchable)) as named
  where not aquifer.has_column(target, wanted::name);
  if unknown is not null then
    raise exception '% has no column %', target, unknown using errcode = 'AQ003';
  end if;
  if exists (select from aquifer.entities as other where other.entity = adopt.entity and other.table_name <> target) then
    raise exception 'another table has adopted the entity %', entity using errcode = 'AQ003', hint = 'Give this one a name of its own.';
  end if;
  call aquifer.prepare_tenant_column(target, tenant);
  insert into aquifer.entities as known (entity, table_name, tenant_column, key_columns, soft_delete, retention, audited, versioned,
    events, timestamps, encrypted, searchable, keys)
  values (coalesce(entity, aquifer.free_entity_name(target)), target, tenant,
    array_remove(aquifer.key_columns_of(target), tenant), soft_delete, retention, audited, versioned, events, timestamps,
    encrypted, searchable, keys)
  on conflict (table_name) do update set
    entity = excluded.entity, tenant_column = excluded.tenant_column, key_columns = excluded.key_columns, soft_delete = excluded.soft_delete,
    retention = excluded.retention, audited = excluded.audited, versioned = excluded.versioned, events = excluded.events,
    timestamps = excluded.timestamps, encrypted = excluded.encrypted, searchable = excluded.searchable, keys = excluded.keys;
  call aquifer.add_trait_columns(target);
  call aquifer.put_tenant_into_keys(target);
  call aquifer.write_policies(target);
  call aquifer.grant_use(target);
  call aquifer.write_triggers(target);
  call aquifer.write_encryption_checks(target);
end $$;

create procedure aquifer.prepare_tenant_column(target regclass, tenant name)
  language plpgsql
  as $$
declare
  filled boolean;
begin
  if not aquifer.has_column(target, tenant) then
    execute format('select exists (select from %s)', target) into filled;
    if filled then
      raise exception '% has rows and no column %', target, tenant using errcode = 'AQ003',
        hint = 'Add the column, fill it with the tenant of each row, then adopt.';
    end if;
    execute format('alter table %s add column %I text not null', target, tenant);
  end if;
  execute format('alter table %s alter column %I set not null', target, tenant);
  execute format('alter table %s alter column %I set default aquifer.current_tenant()%s', target, tenant,
    substring(aquifer.tenant_expression(target, tenant) from '::.*$'));
end $$;

-- Declares what a soft delete of `parent` does to the rows of `child` that refer to it:
-- 'cascade' (and restored together), 'restrict', 'set null' or 'keep'.
create function aquifer.relate(child regclass, child_columns name[], parent regclass, on_soft_delete text) returns void
  language plpgsql
  set search_path = pg_catalog, aquifer, pg_temp
  set client_min_messages = warning
  as $$
#variable_conflict use_variable
declare
  adopted aquifer.entities;
begin
  select * into adopted from aquifer.entities where table_name = child;
  if adopted is null or not exists (select from aquifer.entities where table_name = parent) then
    raise exception 'both tables of a relation must be adopted first' using errcode = 'AQ003';
  end if;
  if on_soft_delete = 'cascade' and not adopted.soft_delete then
    raise exception '% has no soft delete to cascade to', child using errcode = 'AQ003';
  end if;
  insert into aquifer.relations as known (child, child_columns, parent, on_soft_delete)
  values (child, child_columns, parent, on_soft_delete)
  on conflict on constraint relations_pkey do update set on_soft_delete = excluded.on_soft_delete;
  call aquifer.write_triggers(parent);
end $$;

-- Undoes adoption: triggers, policies and keys are as before. Columns that adoption added stay unless
-- `keep_columns` is false. The ledger keeps what was recorded.
create function aquifer.release(target regclass, keep_columns boolean default true) returns void
  language plpgsql
  set search_path = pg_catalog, aquifer, pg_temp
  set client_min_messages = warning
  as $$
declare
  adopted aquifer.entities;
  added name;
  parents regclass[];
  related regclass;
begin
  perform pg_advisory_xact_lock(hashtextextended('aquifer.adopt', 0));
  select * into adopted from aquifer.entities where table_name = target;
  if adopted is null then return; end if;
  call aquifer.drop_triggers(target);
  call aquifer.drop_policies(target);
  execute format('alter table %s no force row level security', target);
  execute format('alter table %s disable row level security', target);
  -- Without policies the application role would see every tenant.
  execute format('revoke all on %s from aquifer_app, aquifer_system', target);
  execute format('alter table %s alter column %I drop default', target, adopted.tenant_column);
  update aquifer.entities set encrypted = '{}' where table_name = target;
  call aquifer.write_encryption_checks(target);
  call aquifer.restore_keys(target);
  parents := array(select parent from aquifer.relations where child = target and parent <> target);
  delete from aquifer.relations where target in (child, parent);
  delete from aquifer.entities where table_name = target;
  foreach related in array parents loop
    call aquifer.write_triggers(related);
  end loop;
  if not keep_columns then
    foreach added in array adopted.added_columns loop
      execute format('alter table %s drop column %I', target, added);
    end loop;
  end if;
end $$;

-- Adoption is for the owner of a schema.
do $$
declare
  routine regprocedure;
begin
  for routine in
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'aquifer'::regnamespace
      and p.proname in ('adopt', 'release', 'relate', 'isolate', 'prepare_month', 'prepare_months', 'write_policies', 'drop_policies',
        'write_triggers', 'drop_triggers', 'write_trait_function', 'grant_use', 'put_tenant_into_keys', 'restore_keys')
  loop
    execute format('revoke execute on routine %s from public', routine);
  end loop;
end $$;

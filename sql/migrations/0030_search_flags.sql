-- The flag that a row waits for its embedding is the pipeline's. A statement that changes the flag alone changes no row: its
-- revision, times, history and audit stay as they are. Caches hear of it all the same, for the stored row is another.

-- Before an update: what a writer may not change, and what every update changes.
create or replace function aquifer.touch_body(target regclass) returns text
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
  if adopted.searchable <> '{}' then
    body := E'declare\n  flag timestamptz;\n' || body || E'\n  if new.embedding_expired_at is distinct from old.embedding_expired_at then'
                 || E'\n    flag := new.embedding_expired_at;\n    new.embedding_expired_at := old.embedding_expired_at;'
                 || E'\n    if new *= old then new.embedding_expired_at := flag; return new; end if;'
                 || E'\n    new.embedding_expired_at := flag;\n  end if;';
  end if;
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
create or replace function aquifer.record_body(target regclass) returns text
  language plpgsql stable
  as $$
declare
  adopted aquifer.entities;
  keeps_rows boolean;
  insert_into text;
  facts text;
  revision text;
  operation text;
  updated_facts text;
  of_flag text := '';
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
  updated_facts := facts;
  if adopted.searchable <> '{}' then
    updated_facts := format('actor, actor_roles, request, %L, %L and not flag.alone, %L and not flag.alone',
      adopted.events, adopted.audited, adopted.versioned);
    of_flag := format(E'\n    cross join lateral (select %s as alone) as flag%s',
      case when adopted.versioned or adopted.events then 'n.revision = o.revision'
        else 'difference.columns = ''{}'' and n.embedding_expired_at is distinct from o.embedding_expired_at' end,
      case when adopted.events then '' else E'\n    where not flag.alone' end);
  end if;
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
    cross join lateral (%s) as difference%s;%s
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
    case when keeps_rows then 'what.new_row' else 'null::jsonb' end, updated_facts,
    aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'n', 'o'),
    operation, aquifer.difference_expression('what.old_row', 'what.new_row'), of_flag, aquifer.relation_actions(target),
    insert_into, adopted.tenant_column, adopted.entity, aquifer.row_id_expression(adopted.key_columns, 'o'),
    case when adopted.soft_delete then 'purge' else 'delete' end,
    adopted.entity || case when adopted.soft_delete then '.purge' else '.delete' end,
    format(revision, 'o'), case when keeps_rows then 'to_jsonb(o.*)' else 'null::jsonb' end, facts,
    case when adopted.events then E'\n  perform aquifer.hint_changes();' else '' end);
end $$;

-- Tables that adopted the trait before.
do $$
declare
  adopted aquifer.entities;
begin
  for adopted in select * from aquifer.entities where searchable <> '{}' loop
    call aquifer.write_triggers(adopted.table_name);
  end loop;
end $$;

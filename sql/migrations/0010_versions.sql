-- Version history: the ledger's rows of versioned entities, and branches beside them.

create view aquifer.history with (security_invoker) as
  select tenant_id, entity, row_id, revision, at, operation, changed, before, row, actor_id, id
  from aquifer.changes where versioned and operation <> 'log';
grant select on aquifer.history to aquifer_app, aquifer_system;

-- A branch is a line of revisions beside the row, from the revision it began at.
create table aquifer.branches (
  tenant_id       aquifer.tenant_id not null default aquifer.current_tenant(),
  entity          text not null,
  row_id          text not null,
  name            text not null check (length(name) between 1 and 128),
  state           text not null default 'open' check (state in ('open', 'merged', 'abandoned')),
  -- The common ancestor of branch and row: where the branch began, or where it last took in the row.
  base_revision   bigint not null,
  base            jsonb not null,
  merged_revision bigint,
  created_at      timestamptz not null default now(),
  created_by      text default aquifer.current_actor(),
  primary key (tenant_id, entity, row_id, name)
);
call aquifer.isolate('aquifer.branches');

create table aquifer.branch_revisions (
  tenant_id  aquifer.tenant_id not null default aquifer.current_tenant(),
  entity     text not null,
  row_id     text not null,
  name       text not null,
  number     integer not null,
  row        jsonb not null,
  changed    text[] not null,
  at         timestamptz not null default clock_timestamp(),
  actor_id   text default aquifer.current_actor(),
  primary key (tenant_id, entity, row_id, name, number),
  foreign key (tenant_id, entity, row_id, name) references aquifer.branches on delete cascade
);
call aquifer.isolate('aquifer.branch_revisions');

-- Reading and writing a row of any adopted table by its entity name and row id, as whoever calls: policies hold.

-- "t.a = ($1::jsonb ->> 0)::uuid and …", or "t.a = $1::uuid" for a key of one column.
create function aquifer.row_id_condition(target regclass, columns name[]) returns text
  language sql stable
  return (select string_agg(format('t.%I = %s::%s', a.attname,
            case cardinality(columns) when 1 then '$1' else format('($1::jsonb ->> %s)', n.at - 1) end,
            format_type(a.atttypid, a.atttypmod)), ' and ' order by n.at)
          from unnest(columns) with ordinality as n (name, at)
          join pg_attribute a on a.attrelid = target and a.attname = n.name);

create function aquifer.adopted_entity(entity_name text) returns aquifer.entities
  language plpgsql stable
  as $$
declare
  adopted aquifer.entities;
begin
  select * into adopted from aquifer.entities e where e.entity = entity_name;
  if adopted is null then
    raise exception 'no table has adopted the entity %', entity_name using errcode = 'AQ003';
  end if;
  return adopted;
end $$;

-- The row as it is, or null. `for_update` locks it.
create function aquifer.read_row(entity_name text, id text, for_update boolean default false) returns jsonb
  language plpgsql volatile
  as $$
declare
  adopted aquifer.entities := aquifer.adopted_entity(entity_name);
  found_row jsonb;
begin
  execute format('select to_jsonb(t.*) from %s t where t.%I = %s and %s%s', adopted.table_name, adopted.tenant_column,
    aquifer.tenant_expression(adopted.table_name, adopted.tenant_column),
    aquifer.row_id_condition(adopted.table_name, adopted.key_columns), case when for_update then ' for update' else '' end)
    into found_row using id;
  return found_row;
end $$;

-- Columns that history may write back: not the key, not what traits keep.
create function aquifer.revertible_columns(entity_name text) returns name[]
  language sql stable
  return (select array_agg(a.attname order by a.attnum)
          from aquifer.entities e join pg_attribute a on a.attrelid = e.table_name and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
          where e.entity = entity_name and a.attname <> e.tenant_column and not a.attname = any (e.key_columns)
            and a.attname not in ('revision', 'created_at', 'created_by', 'updated_at', 'updated_by', 'deleted_by', 'embedding_expired_at'));

-- Writes columns of a row; its new revision, or null when there is no such row.
create function aquifer.write_row(entity_name text, id text, fields jsonb) returns bigint
  language plpgsql volatile
  as $$
declare
  adopted aquifer.entities := aquifer.adopted_entity(entity_name);
  columns name[] := array(select c from unnest(aquifer.revertible_columns(entity_name)) as c where fields ? c);
  revision bigint;
begin
  if cardinality(columns) = 0 then return (aquifer.read_row(entity_name, id) ->> 'revision')::bigint; end if;
  execute format('update %1$s t set (%2$s) = row(%3$s) from jsonb_populate_record(null::%1$s, $2) as v where t.%4$I = %5$s and %6$s returning t.revision',
    adopted.table_name, aquifer.column_list(columns), aquifer.column_list(columns, 'v.'), adopted.tenant_column,
    aquifer.tenant_expression(adopted.table_name, adopted.tenant_column),
    aquifer.row_id_condition(adopted.table_name, adopted.key_columns))
    into revision using id, fields;
  return revision;
end $$;

grant execute on function aquifer.adopted_entity, aquifer.read_row, aquifer.write_row, aquifer.revertible_columns to aquifer_app;

-- Rows with the trait `searchable` are searched as documents are: each row is a document of the collection of its entity,
-- which triggers keep, whoever writes the row. What is embedded, when and how, is the pipeline's, as for all documents.

create function aquifer.entity_collection_name(entity text) returns text
  language sql immutable
  return case when entity ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$' then entity else 'e' || md5(entity) end;

create function aquifer.searched_columns(searchable jsonb) returns text[]
  language sql immutable
  return (select array_agg(distinct c order by c) from jsonb_each(searchable) as k (key, columns),
          lateral jsonb_array_elements_text(k.columns) as c);

-- A row as the ledger names it: the key without the tenant.
create function aquifer.row_key(entry jsonb, key_columns name[]) returns text
  language sql immutable
  return case when cardinality(key_columns) = 1 then entry ->> key_columns[1]::text
              else (select jsonb_agg(entry -> k::text order by at)::text from unnest(key_columns) with ordinality as c (k, at)) end;

create function aquifer.searched_text(entry jsonb, columns text[]) returns text
  language sql immutable
  return (select coalesce(string_agg(entry ->> c, E'\n\n' order by at), '')
          from unnest(columns) with ordinality as u (c, at) where entry ->> c <> '');

-- Rows that are there become documents; others, and those without a text, are none. An empty recipe asks for chunks.
create function aquifer.index_rows(adopted aquifer.entities, rows jsonb[]) returns void
  language plpgsql
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
declare
  in_collection text := aquifer.entity_collection_name(adopted.entity);
  columns text[] := aquifer.searched_columns(adopted.searchable);
begin
  insert into aquifer.collections (tenant_id, kind, name, language)
  select distinct r ->> adopted.tenant_column::text, 'entity', in_collection, 'auto' from unnest(rows) r
  on conflict do nothing;

  delete from aquifer.documents d using unnest(rows) r, aquifer.collections c
  where c.tenant_id = r ->> adopted.tenant_column::text and c.kind = 'entity' and c.name = in_collection
    and d.tenant_id = c.tenant_id and d.collection_id = c.id and d.source = aquifer.row_key(r, adopted.key_columns)
    and (adopted.soft_delete and r ->> 'deleted_at' is not null or aquifer.searched_text(r, columns) = '');

  insert into aquifer.documents as d
    (tenant_id, collection_id, source, title, format, language, content, source_hash, recipe_hash, source_bytes)
  select c.tenant_id, c.id, aquifer.row_key(r, adopted.key_columns), '', 'text', 'und', t.content, md5(t.content), '',
         octet_length(t.content)
  from unnest(rows) r
  join aquifer.collections c
    on c.tenant_id = r ->> adopted.tenant_column::text and c.kind = 'entity' and c.name = in_collection
  cross join lateral (select aquifer.searched_text(r, columns) as content) t
  where t.content <> '' and not (adopted.soft_delete and r ->> 'deleted_at' is not null)
  order by c.tenant_id, 3
  on conflict (tenant_id, collection_id, source) do update
    set content = excluded.content, source_hash = excluded.source_hash, source_bytes = excluded.source_bytes,
        recipe_hash = '', embedding_expired_at = clock_timestamp(), updated_at = now()
    where d.source_hash <> excluded.source_hash;
end $$;

create function aquifer.index_written_rows() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
declare
  adopted aquifer.entities;
  written jsonb[];
begin
  select * into adopted from aquifer.entities where table_name = tg_relid;
  if tg_op = 'DELETE' then
    delete from aquifer.documents d using old_rows o, aquifer.collections c
    where c.tenant_id = to_jsonb(o) ->> adopted.tenant_column::text and c.kind = 'entity'
      and c.name = aquifer.entity_collection_name(adopted.entity)
      and d.tenant_id = c.tenant_id and d.collection_id = c.id
      and d.source = aquifer.row_key(to_jsonb(o), adopted.key_columns);
    return null;
  end if;
  -- Of an update those rows whose text, or whose being there, may be another: the trait has set their flag just now.
  select array_agg(r) into written
  from (select to_jsonb(n) as r from new_rows n) as rows
  where tg_op = 'INSERT' or (r ->> 'embedding_expired_at')::timestamptz >= statement_timestamp() or adopted.soft_delete;
  if written is not null then perform aquifer.index_rows(adopted, written); end if;
  return null;
end $$;
revoke execute on function aquifer.index_written_rows from public;
alter function aquifer.index_written_rows owner to aquifer_system;

-- Whether the flag of a row still says what its document says. A row that someone is writing is left to them: they flag
-- it again.
create function aquifer.clear_row_flags() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
declare
  adopted aquifer.entities;
  done record;
  named text;
begin
  for done in
    select n.tenant_id, c.name, array_agg(n.source) as keys
    from new_rows n
    join old_rows o on o.tenant_id = n.tenant_id and o.id = n.id
    join aquifer.collections c on c.tenant_id = n.tenant_id and c.id = n.collection_id and c.kind = 'entity'
    where n.embedding_expired_at is null and o.embedding_expired_at is not null
    group by 1, 2
  loop
    select * into adopted from aquifer.entities e where aquifer.entity_collection_name(e.entity) = done.name;
    continue when not found or not exists (select from pg_class where oid = adopted.table_name)
      or not aquifer.has_column(adopted.table_name, 'embedding_expired_at');
    named := case when cardinality(adopted.key_columns) = 1 then format('t.%I::text', adopted.key_columns[1])
                  else format('jsonb_build_array(%s)::text', aquifer.column_list(adopted.key_columns, 't.')) end;
    execute format(
      'with mine as (select t.ctid from %1$s t where t.%2$I = $1 and %3$s = any ($2) and t.embedding_expired_at is not null
                     for update skip locked)
       update %1$s t set embedding_expired_at = null from mine where t.ctid = mine.ctid', adopted.table_name,
      adopted.tenant_column, named) using done.tenant_id, done.keys;
  end loop;
  return null;
end $$;
revoke execute on function aquifer.clear_row_flags from public;
alter function aquifer.clear_row_flags owner to aquifer_system;
create trigger clear_row_flags after update on aquifer.documents
  referencing old table as old_rows new table as new_rows
  for each statement execute function aquifer.clear_row_flags();

alter procedure aquifer.write_triggers(regclass) rename to write_row_triggers;

create procedure aquifer.write_search_triggers(target regclass)
  language plpgsql
  as $$
begin
  if (select searchable = '{}' from aquifer.entities where table_name = target) then return; end if;
  execute format('create trigger aquifer_search_inserted after insert on %s referencing new table as new_rows '
    'for each statement execute function aquifer.index_written_rows()', target);
  execute format('create trigger aquifer_search_updated after update on %s referencing old table as old_rows new table as new_rows '
    'for each statement execute function aquifer.index_written_rows()', target);
  execute format('create trigger aquifer_search_deleted after delete on %s referencing old table as old_rows '
    'for each statement execute function aquifer.index_written_rows()', target);
end $$;
revoke execute on procedure aquifer.write_search_triggers from public;

create procedure aquifer.write_triggers(target regclass)
  language plpgsql
  as $$
begin
  call aquifer.write_row_triggers(target);
  call aquifer.write_search_triggers(target);
end $$;
revoke execute on procedure aquifer.write_triggers from public;

-- Rows that were there before their table was searchable, or before this was here. Returns how many it looked at.
create function aquifer.index_entity(of_entity text) returns bigint
  language plpgsql security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
declare
  adopted aquifer.entities;
  batch jsonb[];
  looked bigint := 0;
begin
  select * into strict adopted from aquifer.entities where entity = of_entity;
  for batch in execute format(
    'select array_agg(r) from (select to_jsonb(t) as r, (row_number() over () - 1) / 500 as part from %s t) x group by part',
    adopted.table_name)
  loop
    perform aquifer.index_rows(adopted, batch);
    looked := looked + cardinality(batch);
  end loop;
  return looked;
end $$;
revoke execute on function aquifer.index_entity from public;
alter function aquifer.index_entity owner to aquifer_system;
grant execute on function aquifer.index_entity to aquifer_system;

-- Ranks the rows of an entity: keys with their scores. `allowed` are the keys that the caller's filter left under the
-- caller's own rights, null for all; whoever joins the rows to the keys sees only those that they may.
create function aquifer.search_rows(entity text, request jsonb, target halfvec, allowed text[])
  returns table (row_key text, score float8, lexical float8, semantic float8)
  language plpgsql volatile security definer
  set search_path = pg_catalog, aquifer, public, pg_temp set jit = off set max_parallel_workers_per_gather = 0
  as $$
declare
  tenant text := aquifer.current_tenant();
  of_collection integer;
  candidates integer[];
  ranked aquifer.ranking;
begin
  select c.id into of_collection from aquifer.collections c
  where c.tenant_id = tenant and c.kind = 'entity' and c.name = aquifer.entity_collection_name(entity);
  if not found then return; end if;
  if allowed is not null then
    candidates := array(
      select c.id from unnest(allowed) as a (key)
      join aquifer.documents d on d.tenant_id = tenant and d.collection_id = of_collection and d.source = a.key
      join aquifer.chunks c on c.tenant_id = tenant and c.document_id = d.id);
  end if;
  ranked := aquifer.rank_items(array[of_collection], request, target, candidates);
  return query
  select d.source, max(r.score), max(r.lexical), max(r.semantic)
  from unnest(ranked.item_ids, ranked.scores, ranked.lexical, ranked.semantic) as r (id, score, lexical, semantic)
  join aquifer.chunks c on c.tenant_id = tenant and c.id = r.id
  join aquifer.documents d on d.tenant_id = tenant and d.id = c.document_id
  where candidates is null or r.id = any (candidates)
  group by d.source
  order by 2 desc, 1
  limit (request ->> 'limit')::integer;
end $$;
alter function aquifer.search_rows owner to aquifer_system;
revoke execute on function aquifer.search_rows from public;
grant execute on function aquifer.search_rows to aquifer_app;

-- Tables that adopted the trait before.
do $$
declare
  adopted aquifer.entities;
begin
  for adopted in select * from aquifer.entities where searchable <> '{}' loop
    call aquifer.write_triggers(adopted.table_name);
  end loop;
end $$;
